import { describe, expect, it } from 'vitest';
import { listStages } from '../../src/stage/stages.ts';
import { runStage } from './run-stage.ts';

describe('bad input is refused before anything starts, saying what would do', () => {
  it.each([
    ['a mistyped verb', ['4', 'comapre'], 'There is no verb "comapre". Did you mean "compare"?'],
    ['a stage that there is not', ['12', 'up'], 'There is no stage 12. Stages here: 1, 2, 3, 4'],
    ['stage 0', ['0', 'up'], 'There is no stage 0'],
    ['a negative stage', ['-1', 'up'], 'There is no stage -1'],
    ['half a stage', ['2.5', 'up'], 'There is no stage 2.5'],
    ['a stage without a verb', ['4'], 'What shall stage 4 do?'],
    ['a verb without its stage', ['up'], '"up" needs to know which stage'],
    ['a mistyped option', ['4', 'up', '--cpu', '1'], 'Did you mean --cpus?'],
    ['an option without its value', ['4', 'up', '--cpus'], 'argument missing'],
    ['a quota out of range', ['1', 'up', '--cpus', '0'], '--cpus takes a number from 0.02 to 64, not "0"'],
    ['clones where each app has its own box', ['3', 'up', '--workers', '2'], '--workers is for stage 1'],
    ['a runtime that there is not', ['4', 'ps', '--runtime', 'podman'], 'There is no runtime "podman"'],
    [
      'a synchronous commit without replicas',
      ['2', 'up', '--sync', 'on'],
      '--sync is for a stage with replicas',
    ],
    ['a sync that is neither', ['4', 'up', '--sync', 'maybe'], '--sync takes on or off, not "maybe"'],
    [
      'a hosted database for one box',
      ['1', 'up', '--database-url', 'postgres://a@b/c'],
      'has its database in the same box',
    ],
    [
      'a hosted database with replicas of ours',
      ['4', 'up', '--database-url', 'postgres://a@b/c'],
      'Stages 2 and 3 take --database-url',
    ],
    ['a sweep without a unit', ['8', 'redrive', '--sold-within', '3'], '--sold-within takes minutes, hours'],
    ['a sweep of what is forgotten', ['8', 'redrive', '--sold-within', '29d'], '28 days at most'],
    ['a cut that is no time', ['4', 'failover', '--cut', 'long'], '--cut takes a number'],
    [
      'streams without a number',
      ['4', 'load', 'mixed', '--streams', 'many'],
      '--streams takes a number from 1',
    ],
    ['a mistyped scenario', ['4', 'load', 'mixd', '--runtime', 'native'], 'Did you mean "mixed"?'],
    ['a verb that makes no sense for all', ['all', 'kill'], '"kill" does not work for all stages at once'],
    ['no stage before the first', ['1', 'diff'], 'Stage 1 is where it starts'],
    ['a drill of a box that there is not', ['4', 'drill', '--box', 'ap-2'], 'Did you mean "app-2"?'],
    ['a drill of the load generator', ['4', 'drill', '--box', 'load'], '"load" makes the load'],
    ['a drill without load', ['4', 'drill', '--rate', '0'], '--rate takes a number from 2 to 200, not "0"'],
    ['a drill with people who think', ['4', 'drill', 'browse'], 'think between two clicks'],
    ['a drill of one box and of all', ['4', 'drill', '--box', 'db', '--all'], 'not both'],
    [
      'chaos of no length',
      ['3', 'chaos', '--minutes', '0'],
      '--minutes takes a number from 0.2 to 60, not "0"',
    ],
    [
      'chaos that lasts too long',
      ['3', 'chaos', '--minutes', '61'],
      '--minutes takes a number from 0.2 to 60',
    ],
    ['chaos of less than nothing', ['3', 'chaos', '--minutes=-2'], '--minutes takes a number from 0.2 to 60'],
    [
      'a seed that is no number',
      ['3', 'chaos', '--seed', 'luck'],
      '--seed takes a number from 0 to 2147483647, not "luck"',
    ],
    ['half a seed', ['3', 'chaos', '--seed', '1.5'], '--seed takes a whole number, not "1.5"'],
    [
      'a mistyped fault',
      ['3', 'chaos', '--faults', 'kill,puase'],
      'There is no fault "puase". Did you mean "pause"?',
    ],
    ['no faults at all', ['3', 'chaos', '--faults', ''], 'There is no fault ""'],
    [
      'a fault that no box of the runtime can have',
      ['3', 'chaos', '--faults', 'clock-step', '--runtime', 'native'],
      'Linux has no wall clock for a group of processes',
    ],
    [
      'a slot that there is not',
      ['3', 'ps', '--slot', '10'],
      '--slot takes a whole number from 0 to 9, not "10"',
    ],
    [
      'boxes by rules without a load balancer',
      ['2', 'autoscale'],
      'The first that has one is stage 3: `pnpm stage 3 autoscale`',
    ],
    ['rules that run backwards', ['3', 'autoscale', '--speed', '0'], '--speed takes a number from 1 to 15'],
    ['a clock that tells no moment', ['3', 'autoscale', '--clock', 'noon'], '--clock takes a moment'],
    ['a load without a demo of it', ['3', 'autoscale', '--rate', '50'], '--rate is for the demo'],
    ['a demo that is cut short', ['3', 'autoscale', '--demo', '--for', '9'], 'it takes no --for'],
    ['a forecast for nobody', ['4', 'forecast', '--users', '0'], '--users takes a number from 1 to'],
    [
      'a journey over a stage that there is not',
      ['all', 'journey', '--stages', '2,12'],
      'there is no stage "12". Stages here: 1, 2, 3, 4',
    ],
    ['a journey of one stage and of others', ['4', 'journey', '--stages', '2'], 'One stage is named by 4'],
    [
      'a recording of half a journey',
      ['all', 'journey', '--stages', '2,3', '--record'],
      'this one would lack 1, 4, 5, 6, 7, 8, 9',
    ],
    ['a recording of one stage', ['4', 'journey', '--record'], 'A recorded journey has all stages'],
    ['a journey without a stage', ['journey'], '"journey" needs to know which stage'],
    ['too many arguments', ['4', 'ps', 'now'], 'too many arguments'],
  ])('%s', async (_, words, message) => {
    const said = await runStage(words);
    expect(said.stderr).toContain(message);
    expect(said.stdout).toBe('');
    expect(said.code).toBe(2);
  });

  it('help names every verb', async () => {
    const said = await runStage(['--help']);
    expect(said.code).toBe(0);
    for (const verb of ['up', 'down', 'compare', 'capacity', 'verify', 'doctor'])
      expect(said.stdout).toContain(verb);
  });

  it('--json is one object on standard output, whatever happens on standard error', async () => {
    const said = await runStage(['list', '--json', '--runtime', 'native']);
    expect(JSON.parse(said.stdout)).toMatchObject({
      stages: (await listStages()).map(({ number }) => ({ stage: number })),
    });
  });
});
