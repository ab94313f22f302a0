import type { Estimate } from '../cost/usl.ts';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `$1,234`; below ten dollars with cents, below a cent with two digits: `$0.00042`. */
export function dollars(usd: number): string {
  if (usd >= 10) return `$${WHOLE.format(usd)}`;
  return usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`;
}

/** `$98 – 101`; an end that there is not is `…`. */
export function dollarsBetween({ interval: [low, high] }: Estimate): string {
  return `${dollars(low)} – ${high === null ? '…' : dollars(high).slice(1)}`;
}
