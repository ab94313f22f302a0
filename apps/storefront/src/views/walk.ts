const STEPS: Readonly<Record<string, readonly [rows: number, seats: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** Arrow keys lead from seat to seat, Home and End to the ends of the row. */
export function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const seat = (event.target as Element).closest<HTMLElement>('[data-seat]');
  const row = seat?.closest('.row');
  if (step === undefined || !seat || !row) return;
  const rows = [...(row.parentElement?.querySelectorAll('.row') ?? [])];
  const seats = seatsOf(row);
  const nextRow = rows[clamp(rows.indexOf(row) + step[0], rows.length)];
  const next = nextRow && seatsOf(nextRow)[clamp(seats.indexOf(seat) + step[1], seats.length)];
  event.preventDefault();
  if (!next) return;
  seat.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function seatsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('[data-seat]')];
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}
