import type { Prices } from '../cost/prices.ts';

/** Where prices are from. */
export type PriceList = Pick<Prices, 'provider' | 'region' | 'date' | 'sources'>;

/** Whose prices, of which day, and the pages they stand on. */
export function priceLines({ provider, region, date, sources }: PriceList): string[] {
  const listed = Object.values(sources).map((source) => source.listed);
  const known = [...new Set(listed.filter((day) => day !== 'unknown'))].sort();
  return [
    `Prices: ${provider}, ${region}, read ${date}; lists dated ${known.join(', ')}, of ${listed.filter((day) => day === 'unknown').length} the day is not known`,
    ...[...new Set(Object.values(sources).map(({ address }) => address))].map((address) => `  ${address}`),
  ];
}
