import type { Forecast, ForecastAt } from './forecast.ts';

/** For each number of users, the first stage that carries it: surely, and at all; null: none that was measured does. */
export interface FirstFit {
  readonly users: number;
  readonly surely: number | null;
  readonly perhaps: number | null;
}

/** Of valid stages only: what a void one says does not count. */
export function firstFits(forecasts: readonly Forecast[], users: readonly number[]): FirstFit[] {
  const valid = forecasts.filter((each) => each.valid).sort((a, b) => a.stage - b.stage);
  const first = (count: number, fitting: readonly ForecastAt['fits'][]): number | null =>
    valid.find(({ at: all }) => all.some((each) => each.users === count && fitting.includes(each.fits)))
      ?.stage ?? null;
  return users.map((count) => ({
    users: count,
    surely: first(count, ['yes']),
    perhaps: first(count, ['yes', 'perhaps']),
  }));
}
