import type { Pool } from '../stores/pool.ts';
import type { PlannedMove } from './plan-moves.ts';

/** One move of a bucket, as the journal in the catalogue has it. */
export interface Move extends PlannedMove {
  readonly number: string;
  readonly state: 'planned' | 'copying' | 'handed-over' | 'done' | 'undone';
  /** How long its writes were stopped. */
  readonly frozenMs: number | null;
  readonly rows: number | null;
}

const MOVE = `number, bucket, source, target, state, frozen_ms as "frozenMs", rows_moved as rows`;

/** Those that were begun, or planned, and did not come to an end. */
export async function unfinished(catalogue: Pool): Promise<Move[]> {
  return await catalogue.rows<Move>(
    `select ${MOVE} from bucket_moves where state not in ('done', 'undone') order by number`,
  );
}

/** Writes down all moves before the first begins. */
export async function plan(catalogue: Pool, moves: readonly PlannedMove[]): Promise<Move[]> {
  return await catalogue.rows<Move>(
    `insert into bucket_moves (bucket, source, target)
     select bucket, source, target from json_to_recordset($1) as one(bucket int, source int, target int)
     returning ${MOVE}`,
    [JSON.stringify(moves)],
  );
}

export async function began(catalogue: Pool, { number }: Move): Promise<void> {
  await catalogue.rows(
    `update bucket_moves set state = 'copying', began_at = coalesce(began_at, now()) where number = $1`,
    [number],
  );
}

/** The map and the journal at once: from now on the map names the target. Returns the map's new version. */
export async function handedOver(catalogue: Pool, move: Move, version: string): Promise<void> {
  await catalogue.rows(
    `with mapped as (update bucket_map set shard = $2, version = $3 where bucket = $4)
     update bucket_moves set state = 'handed-over' where number = $1`,
    [move.number, move.target, version, move.bucket],
  );
}

export async function ended(
  catalogue: Pool,
  { number }: Move,
  how: 'done' | 'undone',
  figures: { readonly frozenMs?: number; readonly rows?: number } = {},
): Promise<void> {
  await catalogue.rows(
    `update bucket_moves set state = $2, ended_at = now(), frozen_ms = coalesce($3, frozen_ms),
       rows_moved = coalesce($4, rows_moved) where number = $1`,
    [number, how, figures.frozenMs ?? null, figures.rows ?? null],
  );
}

/** The version that the map's next change gets. */
export async function nextVersion(catalogue: Pool): Promise<string> {
  const [row] = await catalogue.rows<{ next: string }>('select max(version) + 1 as next from bucket_map');
  if (row === undefined) throw new Error('the catalogue has no map');
  return row.next;
}
