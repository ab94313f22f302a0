const SHAPE = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i;

/** Whether the text is a position in Postgres' write-ahead log, `16/B374D848`. */
export function isLsn(text: string): boolean {
  return SHAPE.test(text);
}

/** A number as a position, `16/B374D848`. */
export function lsnText(position: bigint): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`.toUpperCase();
}

/** A position as a number that compares; 0 for what is none. */
export function lsnNumber(text: string): bigint {
  if (!isLsn(text)) return 0n;
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** The position with all its zeros: such texts compare as the positions do. */
export function paddedLsn(text: string): string {
  const [high = '', low = ''] = text.split('/');
  return `${high.toUpperCase().padStart(8, '0')}/${low.toUpperCase().padStart(8, '0')}`;
}

/** How far a database has its log. Positions can be compared on one timeline only. */
export interface LogEnd {
  readonly timeline: number;
  readonly position: string;
}

/** Whether a database whose log ends at `has` has everything that was written up to `end`. */
export function hasReached(has: LogEnd, end: LogEnd): boolean {
  return has.timeline >= end.timeline && lsnNumber(has.position) >= lsnNumber(end.position);
}
