import { describe, expect, it } from 'vitest';
import { PRICES, parsePrices, pricesOf, readPrices } from '../../src/cost/prices.ts';
import { loadOf, parseTraffic, readTraffic, TRAFFIC } from '../../src/cost/traffic.ts';
import { partsOf } from '../../src/stage/parts.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';
import { changed } from '../changed.ts';

describe('the prices', () => {
  it.each([
    ['of nothing', ['ladders', 'ec2', 1, 'usdPerHour'], 0, 'ladders.ec2.1.usdPerHour: a price of 0 is none'],
    ['below nothing', ['kinds', 'lb', 'meters', 0, 'usd'], -1, 'kinds.lb'],
    ['that is missing', ['ladders', 'rds', 0, 'usdPerHour'], undefined, 'rds.0.usdPerHour: has no price'],
    ['without a source', ['ladders', 'msk', 2, 'source'], undefined, 'msk.2.source: names no source'],
    [
      'from nowhere',
      ['ladders', 'msk', 2, 'source'],
      'hearsay',
      'kafka.m7g.xlarge: there is no source "hearsay"',
    ],
    ['on a ladder that there is not', ['kinds', 'app', 'ladder'], 'ec3', 'app: there is no ladder "ec3"'],
    ['of a meter that there is not', ['kinds', 'mail', 'meters', 0, 'meter'], 'stamp', 'kinds.mail'],
    [
      'that fall as a ladder climbs',
      ['ladders', 'ec2', 4, 'usdPerHour'],
      0.01,
      'c7a.large is no rung above c7a.medium',
    ],
    ['without a day', ['date'], 'lately', 'date: write the day'],
  ])('%s are refused', async (_, path, value, message) => {
    const data = await changed(PRICES, path, value);
    expect(() => parsePrices(data)).toThrow(message);
  });

  it('of a kind that the file does not know are asked for in vain, by name', async () => {
    const prices = await readPrices();
    expect(() => pricesOf(prices, 'mainframe')).toThrow('no price for a box of the kind "mainframe"');
  });

  it('are there for every kind of every stage', async () => {
    const prices = await readPrices();
    const kinds = await Promise.all(
      (await listStages()).map(async ({ number }) =>
        partsOf(await readStage(number)).map(({ kind }) => kind),
      ),
    );
    expect(kinds.flat().length).toBeGreaterThan(40);
    for (const kind of kinds.flat()) expect(pricesOf(prices, kind).service).not.toBe('');
  });
});

describe('the traffic model', () => {
  it('makes 20 requests a day, five times as many at noon, of a million users: 231 and 1157 a second', async () => {
    const data = await changed(TRAFFIC, ['assumptions', 'peakFactor', 'value'], 5);
    const load = loadOf(1_000_000, parseTraffic(data));
    expect(load.meanRps).toBeCloseTo((1e6 * 20) / 86_400, 6);
    expect(load.peakRps).toBeCloseTo(1157.4, 1);
  });

  it.each([
    [
      'a utilisation beyond the whole',
      ['assumptions', 'targetUtilisation', 'value'],
      1.2,
      'targetUtilisation',
    ],
    ['a peak below the mean', ['assumptions', 'peakFactor', 'value'], 0.5, 'peakFactor'],
    [
      'an assumption without its reason',
      ['assumptions', 'mailsPerRequest', 'why'],
      undefined,
      'mailsPerRequest.why',
    ],
    ['half a user', ['users', 0], 0.5, 'users.0'],
  ])('refuses %s', async (_, path, value, message) => {
    const data = await changed(TRAFFIC, path, value);
    expect(() => parseTraffic(data)).toThrow(message);
  });

  it('says why of every figure', async () => {
    for (const { why } of Object.values((await readTraffic()).assumptions))
      expect(why.length).toBeGreaterThan(10);
  });
});
