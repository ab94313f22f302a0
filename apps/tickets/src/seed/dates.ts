const DAY_MS = 86_400_000;
/** The season opens on a fixed day, so that the same seed gives the same bytes in any year. */
const OPENING_NIGHT = Date.UTC(2031, 2, 6);

/** Local start times as people print them on tickets. */
export const CURTAINS: readonly [string, ...string[]] = [
  '18:30',
  '19:00',
  '19:30',
  '20:00',
  '20:30',
  '21:00',
];

/** The start of a show `day` days into the season as ISO 8601 with the city's offset: `2031-03-06T19:30:00+01:00`. */
export function startsAt(day: number, curtain: string, offsetHours: number): string {
  const date = new Date(OPENING_NIGHT + day * DAY_MS).toISOString().slice(0, 10);
  const sign = offsetHours < 0 ? '-' : '+';
  return `${date}T${curtain}:00${sign}${String(Math.abs(offsetHours)).padStart(2, '0')}:00`;
}
