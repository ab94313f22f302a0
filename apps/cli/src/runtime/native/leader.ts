import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../write-whole.ts';
import type { StackPlan } from './plan.ts';

/**
 * Beside a database's data: the name of the box that leads it, its own when it is the primary. It outlives the data
 * and decides at the box's next start, whoever starts it. No file: as compose.yaml says.
 */
function leaderFile(data: string): string {
  return `${data}.leader`;
}

/** Nobody leads it: a failover has begun without it, and has yet to promote another one. */
export const NOBODY = '-';

/** Note who leads a database box from its next start on. */
export async function writeLeader(data: string, leader: string): Promise<void> {
  await writeWhole(leaderFile(data), `${leader}\n`);
}

/** null: none was noted. */
export async function readLeader(data: string): Promise<string | null> {
  if (!existsSync(leaderFile(data))) return null;
  return (await readFile(leaderFile(data), 'utf8')).trim();
}

/**
 * The plan of a stack whose databases are found as a failover left them: they no longer wait for the box that leads in
 * compose.yaml, which may itself have to copy one of them.
 */
export function inAnyOrder(plan: StackPlan): StackPlan {
  const databases = plan.boxes.filter(({ prepare }) => prepare.some((step) => step.do === 'member'));
  if (
    !databases.some(({ prepare }) =>
      prepare.some((step) => step.do === 'member' && existsSync(leaderFile(step.data))),
    )
  )
    return plan;
  const names = databases.map(({ service }) => service);
  const boxes = plan.boxes.map((box) => {
    if (!databases.includes(box)) return box;
    const dependsOn = Object.entries(box.dependsOn).filter(([service]) => !names.includes(service));
    return { ...box, dependsOn: Object.fromEntries(dependsOn) };
  });
  return { ...plan, boxes };
}

/** Whether the data is that of a standby, whichever database it follows. */
export function isStandby(data: string): boolean {
  return existsSync(join(data, 'standby.signal'));
}

/** Whether the data is that of a standby which follows the database at `way`, `HOST:PORT`. */
export async function follows(data: string, way: string): Promise<boolean> {
  if (!isStandby(data)) return false;
  const settings = await readFile(join(data, 'postgresql.auto.conf'), 'utf8');
  // The last one counts.
  const conninfo = settings.split('\n').findLast((line) => line.startsWith('primary_conninfo'));
  const setting = (name: string) => new RegExp(`\\b${name}=([^\\s']+)`).exec(conninfo ?? '')?.[1];
  return `${setting('host')}:${setting('port') ?? 5432}` === way;
}
