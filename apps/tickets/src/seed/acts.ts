/** What kind of evening it is; each kind has its own style of poster. */
export type Genre = 'electronic' | 'jazz' | 'orchestra' | 'folk' | 'rock' | 'theatre' | 'comedy' | 'dance';

/** Someone on tour with a programme. All of them are invented. */
export interface Act {
  readonly artist: string;
  readonly title: string;
  readonly genre: Genre;
  readonly about: string;
}

const act = (genre: Genre, artist: string, title: string, about: string): Act => ({
  genre,
  artist,
  title,
  about,
});

export const ACTS: readonly Act[] = [
  act(
    'electronic',
    'Neon Fjord',
    'Slow Light',
    'Analogue synthesisers, northern field recordings and a light show in forty shades of blue.',
  ),
  act(
    'electronic',
    'Kilohertz Orchard',
    'Growing Season',
    'A live set built from nothing each night, planted as one loop and harvested two hours later.',
  ),
  act(
    'electronic',
    'Mira Solventis',
    'Afterimage',
    'Vocal fragments, broken beats and a wall of lamps that plays along.',
  ),
  act(
    'electronic',
    'Cassette Weather',
    'Partly Cloudy, Mostly Tape',
    'Eleven tape machines, two people and one very long extension lead.',
  ),
  act(
    'electronic',
    'DJ Polder',
    'Below Sea Level',
    'Deep, patient house music for people who do not look at the clock.',
  ),
  act(
    'jazz',
    'The Halvard Moss Quartet',
    'Blue Hour Ledger',
    'Tenor, piano, bass and drums in a programme written on night trains.',
  ),
  act(
    'jazz',
    'Odile Quarrington Trio',
    'Left Hand, Right Bank',
    'Piano-trio standards that never were, played as if everybody knew them.',
  ),
  act(
    'jazz',
    'Brass Cartographers',
    'Maps of Nowhere',
    'Nine horns, no score stands, and a route decided on stage.',
  ),
  act('jazz', 'Tamsin Okoruwa', 'Velvet Arithmetic', 'A voice that counts in seven and lands on one.'),
  act(
    'jazz',
    'Low Ceiling Club',
    'Smoke Without Fire',
    'A sextet made for small rooms, in a larger one than it deserves.',
  ),
  act(
    'orchestra',
    'Philharmonia Meridiana',
    'The Tide Symphony',
    'Ninety players, one organ, and the sea in four movements.',
  ),
  act(
    'orchestra',
    'Königsrain Chamber Soloists',
    'Winter Counterpoint',
    'Baroque concertos and a new fugue for strings and typewriter.',
  ),
  act(
    'orchestra',
    'The Lantern Ensemble',
    'Music for Dark Rooms',
    'String quartets by candlelight; the hall stays unlit until the last chord.',
  ),
  act(
    'orchestra',
    'Youth Orchestra of the Seven Valleys',
    'First Bloom',
    'A hundred musicians under twenty, and a concerto that was finished in the interval.',
  ),
  act(
    'orchestra',
    'Coro Santa Lumina',
    'Vespers for a Railway Station',
    'Forty voices spread around the audience, in music made for echoing halls.',
  ),
  act(
    'folk',
    'Sol & Salt',
    'Harbour Songs',
    'Two voices, a harmonium and every rope-pulling song of the southern coast.',
  ),
  act(
    'folk',
    'Wren Hollowell',
    'Small Fires',
    'Finger-picked guitar and songs about kitchens, rivers and leaving.',
  ),
  act(
    'folk',
    'The Sheepfold Revival',
    'Gather In',
    'Fiddles, bouzouki and a dance floor: shoes that slide are recommended.',
  ),
  act(
    'folk',
    'Ilka ja Metsä',
    'Forest Telephone',
    'Kantele, bass clarinet and stories told between birches.',
  ),
  act(
    'folk',
    'Donal Ferrisgate',
    'Letters Home',
    'A storyteller with a concertina reads other people’s post, with permission.',
  ),
  act(
    'rock',
    'Gravel Cathedral',
    'Louder Than Stone',
    'Three guitars, one riff, no encore: they play until it falls over.',
  ),
  act(
    'rock',
    'Velocity Picnic',
    'Sandwiches at Dawn',
    'Two-minute songs about everyday disasters, forty of them, in order of urgency.',
  ),
  act(
    'rock',
    'The Tin Astronauts',
    'Re-entry',
    'Guitars with a long reverb on their way back from a long silence.',
  ),
  act(
    'rock',
    'Marguerite & the Alarms',
    'Wake Up, Everyone',
    'Organ-driven garage rock led by the loudest voice on the continent.',
  ),
  act(
    'rock',
    'Northbound Static',
    'Signal / Noise',
    'A wall of sound with a door in it; the door opens in the last song.',
  ),
  act(
    'theatre',
    'Compagnie du Seuil',
    'The Locksmith’s Daughter',
    'A chase through forty doors, played by five actors and a great many hinges.',
  ),
  act(
    'theatre',
    'Paperhouse Players',
    'A Room Full of Tuesdays',
    'A tender comedy in which the same day refuses to end.',
  ),
  act(
    'theatre',
    'Teatro Mezzaluna',
    'The Understudy',
    'For one night only, every night: the lead is missing and somebody must go on.',
  ),
  act(
    'theatre',
    'Ensemble Grauzone',
    'Protocol of a Small Town',
    'A documentary play in which the audience holds the vote.',
  ),
  act(
    'theatre',
    'The Long Table',
    'Supper with Ghosts',
    'Seven courses, eight guests, and one of them has been dead for years.',
  ),
  act(
    'comedy',
    'Priya Lanternwick',
    'Mildly Alarming',
    'An hour of stand-up about neighbours, passwords and inherited furniture.',
  ),
  act('comedy', 'Gus Pemberfold', 'Please Hold', 'A man, a telephone, and ninety minutes in a queue.'),
  act(
    'comedy',
    'The Improbable Bureau',
    'Form 27B and Other Romances',
    'Improvised musicals, filed in triplicate from audience suggestions.',
  ),
  act(
    'comedy',
    'Ada Trinket',
    'Unreasonable Hours',
    'Late-night stories by someone who should really have gone home.',
  ),
  act('comedy', 'Bo & Bo', 'Twins, Probably', 'A double act that cannot agree on which of them is missing.'),
  act('dance', 'Ballet Contrafuerte', 'Weight of Feathers', 'Fourteen dancers and a floor that tilts.'),
  act(
    'dance',
    'Kollektiv Pendel',
    'Swing Time Zero',
    'Dancers on pendulums, with live percussion that follows the fall.',
  ),
  act(
    'dance',
    'Ayo Lindqvist-Mbari',
    'Footnotes',
    'A solo for one dancer and the sound of her own steps, delayed.',
  ),
  act(
    'dance',
    'The Rope & Rafter Circus',
    'Up Is Optional',
    'Aerial acrobatics without a safety joke: tightrope, hoop and one ladder.',
  ),
  act(
    'dance',
    'Studio Ostinato',
    'Repeat Until True',
    'One phrase of movement, two hundred times, never the same.',
  ),
];
