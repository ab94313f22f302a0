import type { Move } from '../shards/ask-shards.ts';
import type { Resharded } from '../shards/reshard.ts';
import { colour } from './colour.ts';

/** Which buckets went where, how long each took no writes, and what each shard has now. */
export function renderResharded(result: Resharded): string {
  const { stage, show, resumed, moved, undone, map, shards, seconds } = result;
  const all = [...resumed, ...moved];
  const frozen = all.flatMap(({ frozenMs }) => (frozenMs === null ? [] : [frozenMs])).sort((a, b) => a - b);
  const rows = all.reduce((sum, move) => sum + (move.rows ?? 0), 0);
  const middle = frozen[Math.floor(frozen.length / 2)];
  return [
    colour('bold', headline(all.length, undone.length)) +
      (resumed.length === 0 ? '' : `, ${resumed.length} of them left by an earlier run`) +
      (show === undefined ? '' : `, for show ${show}`),
    '',
    ...all.slice(0, 40).map(line),
    ...(all.length === 0 ? [] : ['', `  ${rows} reservations and keys moved in ${seconds.toFixed(1)} s`]),
    ...(middle === undefined
      ? []
      : [`  a bucket took no writes for ${middle} ms (median), ${frozen.at(-1)} ms (longest)`]),
    `  the map is at version ${map.version}: ${perShard(map.shardOf)}`,
    `  shards: ${shards.join(', ')}`,
    '',
    `Is every row where the map says? \`pnpm stage ${stage} verify\``,
    '',
  ].join('\n');
}

function headline(moved: number, undone: number): string {
  const told = (count: number, what: string) => `${count} bucket${count === 1 ? '' : 's'} ${what}`;
  if (moved === 0 && undone === 0) return 'Nothing to move';
  if (undone === 0) return told(moved, 'moved');
  return moved === 0
    ? told(undone, 'taken back')
    : `${told(undone, 'taken back')}, ${told(moved, 'completed')}`;
}

function line({ bucket, source, target, frozenMs, rows }: Move): string {
  const stood = frozenMs === null ? '' : `, no writes for ${frozenMs} ms`;
  return `  bucket ${String(bucket).padStart(2)}  shard-${source} → shard-${target}  ${rows ?? 0} rows${stood}`;
}

function perShard(shardOf: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const shard of shardOf) counts.set(shard, (counts.get(shard) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([shard, buckets]) => `shard-${shard} ${buckets}`)
    .join(', ');
}
