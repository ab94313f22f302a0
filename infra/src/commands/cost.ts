import { parseOptions } from '@scaling/cli/bench/command';
import { readPrices } from '@scaling/cli/cost/prices';
import { EXIT, type ExitCode } from '@scaling/cli/failure';
import { Command } from 'commander';
import { billFor } from '../cost/bill.ts';
import { LEFT_OUT } from '../cost/left-out.ts';
import { renderBills } from '../cost/render.ts';
import { plansOf } from '../synth/plans.ts';
import { type Chosen, choiceOf, withChoice } from './choice.ts';

/** `pnpm infra cost`: what each resource of a stage costs, by the same price file as the forecast. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const command = withChoice(
    new Command('pnpm infra cost').description('what a stage costs at the provider, a month'),
  );
  const options = parseOptions<Chosen>(command, argv);
  if (options === null) return EXIT.holds;
  const prices = await readPrices();
  const bills = await Promise.all((await plansOf(await choiceOf(options))).map(billFor));
  const { provider, region, date, deployed } = prices;
  const from = { provider, region, date, sources: { ...prices.sources, ...deployed.sources } };
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ bills, leftOut: LEFT_OUT, prices: from })}\n`
      : renderBills(bills, from),
  );
  return EXIT.holds;
}
