export interface CatalogueSeat {
  /** 1 … 500 within the show: row by row from the stage, left to right. */
  readonly seat: number;
  /** `A` (at the stage) … `T`. */
  readonly row: string;
  /** 1 … 25 within the row. */
  readonly number: number;
  readonly priceCents: number;
}

const ROWS = [...'ABCDEFGHIJKLMNOPQRST'];
const SEATS_PER_ROW = 25;
/** Seats this close to an aisle see the stage at an angle and cost what the next band back costs. */
const SIDE = 4;
/** Price of each band as a multiple of the cheapest, front to back. */
const BANDS = [2.4, 1.75, 1.35, 1] as const;

/** A hall of 20 rows of 25 seats in four price bands; prices are rounded to half a unit of the currency. */
export function hall(lowestCents: number): CatalogueSeat[] {
  return ROWS.flatMap((row, rowIndex) =>
    Array.from({ length: SEATS_PER_ROW }, (_, index) => ({
      seat: rowIndex * SEATS_PER_ROW + index + 1,
      row,
      number: index + 1,
      priceCents: Math.round((lowestCents * multiple(rowIndex, index)) / 50) * 50,
    })),
  );
}

function multiple(rowIndex: number, index: number): number {
  const fromFront = rowIndex < 3 ? 0 : rowIndex < 8 ? 1 : rowIndex < 14 ? 2 : 3;
  const atTheSide = index < SIDE || index >= SEATS_PER_ROW - SIDE;
  return BANDS[Math.min(fromFront + (atTheSide ? 1 : 0), BANDS.length - 1)] ?? 1;
}
