import { Failure } from '../failure.ts';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * A span of time that an option asks for, such as `90m`, `12h` or `3d`, in seconds.
 *
 * @throws Failure when it is none, or longer than so many days
 */
export function span(option: string, value: unknown, mostDays: number): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(String(value)) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? 0);
  if (seconds > 0 && seconds <= mostDays * 86_400) return seconds;
  throw new Failure(
    `${option} takes minutes, hours or days, ${mostDays} days at most, such as 90m, 12h or 3d; not "${String(value)}".`,
  );
}
