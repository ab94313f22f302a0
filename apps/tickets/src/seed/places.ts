/** Invented cities with invented halls; the offset from UTC is fixed, so that no time-zone table can move a date. */
export interface Place {
  readonly city: string;
  readonly offsetHours: number;
  readonly currency: 'EUR' | 'GBP' | 'USD';
  readonly venues: readonly [string, ...string[]];
}

export const PLACES: readonly [Place, ...Place[]] = [
  {
    city: 'Port Halden',
    offsetHours: 1,
    currency: 'EUR',
    venues: ['Kranhalle', 'The Ropewalk', 'Dock Nine'],
  },
  {
    city: 'Vellmar Bay',
    offsetHours: 0,
    currency: 'GBP',
    venues: ['Pier Assembly Rooms', 'The Old Cannery'],
  },
  { city: 'Lindenau am See', offsetHours: 1, currency: 'EUR', venues: ['Seebühne', 'Lindensaal'] },
  { city: 'Saint-Aubrac', offsetHours: 1, currency: 'EUR', venues: ['Théâtre des Tuiles', 'La Verrière'] },
  { city: 'Corvo Alto', offsetHours: 0, currency: 'EUR', venues: ['Teatro do Farol', 'Armazém Sete'] },
  { city: 'Marrow Falls', offsetHours: -5, currency: 'USD', venues: ['Millrace Theater', 'The Copper Dome'] },
  { city: 'Østerhavn', offsetHours: 1, currency: 'EUR', venues: ['Fyrhuset', 'Store Sal'] },
  { city: 'New Tamsin', offsetHours: -8, currency: 'USD', venues: ['Redwood Bowl', 'Orpheum on Ninth'] },
  { city: 'Montesereno', offsetHours: 1, currency: 'EUR', venues: ['Arena delle Cicale', 'Sala Meridiana'] },
  { city: 'Ashcombe', offsetHours: 0, currency: 'GBP', venues: ['Corn Exchange Hall', 'The Gasworks'] },
  { city: 'Königsrain', offsetHours: 1, currency: 'EUR', venues: ['Haus der Stimmen', 'Alte Weberei'] },
  { city: 'Bellweather', offsetHours: -6, currency: 'USD', venues: ['Granary Hall', 'Lakefront Pavilion'] },
];
