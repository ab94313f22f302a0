import { readPrices } from '@scaling/cli/cost/prices';
import { describe, expect, it } from 'vitest';
import { changed } from '../../apps/cli/test/changed.ts';
import { choiceOf } from '../src/commands/choice.ts';
import { standingCost } from '../src/cost/standing.ts';
import { ENVIRONMENTS, type Environment, parseEnvironments } from '../src/data/environments.ts';
import { parseRegions, readRegions } from '../src/data/regions.ts';
import { refuseOverlaps } from '../src/network/ranges.ts';
import { refuseRegions } from '../src/synth/refuse-regions.ts';
import { refuseUnpriced } from '../src/synth/refuse-unpriced.ts';
import { stack } from './stacks.ts';

async function environments(
  path: readonly string[],
  value: unknown,
): Promise<{ all: readonly Environment[]; found: Environment }> {
  const all = parseEnvironments(await changed(ENVIRONMENTS, path, value));
  const found = all.find(({ name }) => name === path[0]);
  if (found === undefined) throw new RangeError(`no ${path[0]}`);
  return { all, found };
}

describe('refused, saying what to change:', () => {
  it.each([
    [{ stage: '10' }, 'There is no stage 10.'],
    [{ stage: 'three' }, '"three" is no stage.'],
    [{ stage: '5..2' }, '"5..2" ends before it begins.'],
    [{ stage: '0..3' }, 'There is no stage 0.'],
    [{ env: 'production' }, 'There is no environment "production".'],
  ])('%o', async (asked, message) => {
    await expect(choiceOf({ ...asked, json: false })).rejects.toThrow(message);
  });

  it('an environment, with the one that is near what was typed', async () => {
    await expect(choiceOf({ env: 'stagin', json: false })).rejects.toMatchObject({
      next: 'Did you mean "staging"?',
    });
    expect(await choiceOf({ stage: '1,3..5', env: 'dev,prod', json: false })).toEqual({
      stages: [1, 3, 4, 5],
      environments: ['dev', 'prod'],
    });
  });

  it.each([
    [['dev', 'regions', 'us', 'addresses'], '10.16.0.0', '10.16.0.0 is no range of addresses'],
    [['dev', 'regions', 'us', 'addresses'], '10.16.1.0/16', '10.16.1.0/16 is no range of addresses'],
    [['dev', 'sizes', 'app'], { cpu: 256, memory: 8192 }, 'Fargate has no task of this size'],
    [['dev', 'domain'], 'tickets', 'write a domain'],
    [['prod', 'backupDays'], 0, 'prod.backupDays'],
    [['prod', 'deletionProtection'], undefined, 'prod.deletionProtection'],
    [['prod', 'colour'], 'red', 'colour'],
  ])('%s: %o', async (path, value, message) => {
    const data = await changed(ENVIRONMENTS, path, value);
    expect(() => parseEnvironments(data)).toThrow(message);
  });

  it('addresses that overlap, or are too few', async () => {
    const { all } = await environments(['staging', 'regions', 'eu', 'addresses'], '10.16.0.0/12');
    expect(() => refuseOverlaps(all)).toThrow(
      'The addresses of dev, us (10.16.0.0/16) and of staging, eu (10.16.0.0/12) overlap.',
    );
    const { all: small } = await environments(['prod', 'regions', 'us', 'addresses'], '10.48.0.0/24');
    expect(() => refuseOverlaps(small)).toThrow('prod, us: 10.48.0.0/24 is too small for nine stages');
  });

  it('a machine without a price', async () => {
    const { found } = await environments(['prod', 'sizes', 'db', 'type'], 'db.x2g.large');
    const prices = await readPrices();
    expect(() => refuseUnpriced(found, prices)).toThrow('prod has db on db.x2g.large, which has no price.');
  });

  it('a price that is missing, or a resource that nothing prices', async () => {
    const prices = await readPrices();
    const { units, sources } = prices.deployed;
    const { 'endpoint-hour': _, ...others } = units;
    const without = { ...prices, deployed: { units: others, sources } };
    expect(() => standingCost(stack('prod-3').text, without)).toThrow('There is no price for endpoint-hour');
    const odd = JSON.stringify({ resource: { aws_redshift_cluster: { warehouse: {} } } });
    expect(() => standingCost(odd, prices)).toThrow('There is no price for a resource aws_redshift_cluster.');
  });

  it('a region that lacks a service', async () => {
    const { found } = await environments(['dev', 'regions', 'us', 'region'], 'us-west-1');
    const regions = await readRegions();
    expect(() => refuseRegions(stack('dev-8').plan.blueprint, found, regions)).toThrow(
      'broker of stage 8 becomes msk-serverless, and us-west-1 has none.',
    );
    expect(() => refuseRegions(stack('dev-5').plan.blueprint, found, regions)).not.toThrow();
  });

  it('a region that is not known, that an environment lacks, or where edges have no certificate', async () => {
    const regions = await readRegions();
    const unknown = (await environments(['dev', 'regions', 'us', 'region'], 'moon-1')).found;
    expect(() => refuseRegions(stack('dev-3').plan.blueprint, unknown, regions)).toThrow(
      'moon-1, which is no region',
    );
    const { found } = await environments(['dev', 'regions', 'eu'], undefined);
    expect(() => refuseRegions(stack('dev-7').plan.blueprint, found, regions)).toThrow(
      'Stage 7 stands in a region "eu", which dev does not have.',
    );
    const away = (await environments(['dev', 'regions', 'us', 'region'], 'us-west-2')).found;
    expect(() => refuseRegions(stack('dev-6').plan.blueprint, away, regions)).toThrow('Stage 6 has edges');
  });

  it('regions that are written wrongly', () => {
    expect(() => parseRegions({ 'eu-west-1': { zones: ['a'] } })).toThrow('name 2 zones');
    expect(() => parseRegions({ 'eu-west-1': { lacks: ['sunshine'] } })).toThrow('eu-west-1.lacks');
  });
});
