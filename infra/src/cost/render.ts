import { dollars } from '@scaling/cli/report/dollars';
import { type PriceList, priceLines } from '@scaling/cli/report/price-lines';
import { head, PLAIN } from '@scaling/cli/report/table';
import Table from 'cli-table3';
import type { StackBill } from './bill.ts';
import { LEFT_OUT } from './left-out.ts';

/** A table a stack, then all of them, then where the prices are from and what they leave out. */
export function renderBills(bills: readonly StackBill[], prices: PriceList): string {
  return [
    ...bills.map((bill) => `${billText(bill)}\n`),
    ...(bills.length > 1 ? [totalsText(bills), ''] : []),
    ...priceLines(prices),
    '',
    'Left out',
    ...LEFT_OUT.map((each) => `  ${each}`),
    '',
  ].join('\n');
}

function billText({ name, title, standing, byUse, rps, usdPerMonth }: StackBill): string {
  const table = new Table({
    ...PLAIN,
    ...head(name, '', 'number', 'a month'),
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { what, type, count, usdPerMonth: usd } of standing)
    table.push([what, type ?? '', count, dollars(usd)]);
  for (const { what, usdPerMonth: usd } of byUse) table.push([what, '', '', dollars(usd)]);
  table.push(['', '', '', dollars(usdPerMonth)]);
  const visited =
    rps === 0 ? 'nobody comes' : `${Math.round(rps)} requests a second all month, what it held when measured`;
  return `${title}: ${visited}\n\n${table}`;
}

function totalsText(bills: readonly StackBill[]): string {
  const environments = [...new Set(bills.map(({ environment }) => environment))];
  const table = new Table({
    ...PLAIN,
    ...head('stage', '', ...environments),
    colAligns: ['right', 'left', ...environments.map(() => 'right' as const)],
  });
  for (const stage of new Set(bills.map((bill) => bill.stage))) {
    const its = bills.filter((bill) => bill.stage === stage);
    const cells = environments.map(
      (name) => its.find(({ environment }) => environment === name)?.usdPerMonth,
    );
    table.push([stage, its[0]?.title ?? '', ...cells.map((usd) => (usd === undefined ? '' : dollars(usd)))]);
  }
  return `A month\n\n${table}`;
}
