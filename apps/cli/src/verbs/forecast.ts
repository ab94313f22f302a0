import type { Command } from 'commander';
import { assumptionsOf } from '../cost/assumptions.ts';
import { billOf } from '../cost/bill.ts';
import { firstFits } from '../cost/first-fits.ts';
import { type Forecast, forecast } from '../cost/forecast.ts';
import { readPrices } from '../cost/prices.ts';
import { readTraffic } from '../cost/traffic.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { type MeasuredStage, measuredStage, readMeasuredStages } from '../journey/read-record.ts';
import { renderForecast } from '../report/forecast.ts';
import { amount } from './amount.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'what the stage costs, and up to how many users it can grow: from the recorded journey',
  needsStage: true,
  options: (command: Command) =>
    command.option('--users <n>', 'for this number of users (default: those of stages/traffic.yaml)'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const number = stageOf(context);
  const asked = options.users === undefined ? null : Math.round(amount('--users', options.users, 1, 1e9));
  const [prices, traffic, stages] = await Promise.all([readPrices(), readTraffic(), readMeasuredStages()]);
  const stage = measuredStage(stages, number);
  const users = asked === null ? traffic.users : [asked];
  const of = async (measured: MeasuredStage): Promise<Forecast> => {
    const bill = await billOf(measured.stage, { prices, traffic });
    return forecast({ stage: measured, stages, bill, users });
  };
  const own = await of(stage);
  const valid = await Promise.all(stages.filter((each) => each.valid).map(of));
  const first = firstFits(valid, users);
  const assumptions = assumptionsOf(traffic);
  context.stdout(
    context.json
      ? `${JSON.stringify({ ...own, firstFits: first, assumptions, prices: { date: prices.date, region: prices.region, sources: prices.sources } })}\n`
      : renderForecast({ forecast: own, firstFits: first, assumptions, prices }),
  );
  if (!own.valid) {
    context.stderr(
      'This stage of the record is void, so its forecast is: `pnpm stage all journey --record` measures it anew.\n',
    );
    return EXIT.couldNotRun;
  }
  // That a stage does not carry every number of users is what the table is for; it falls short of one that was asked for.
  return asked === null || own.at.every(({ fits }) => fits === 'yes') ? EXIT.holds : EXIT.fallsShort;
}
