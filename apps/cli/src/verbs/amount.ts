import { Failure } from '../failure.ts';

/** A number given as an option, between its least and most. @throws Failure naming the option. */
export function amount(option: string, value: unknown, least: number, most: number): number {
  const found = Number(value);
  if (String(value).trim() !== '' && Number.isFinite(found) && found >= least && found <= most) return found;
  throw new Failure(`${option} takes a number from ${least} to ${most}, not "${value}".`);
}
