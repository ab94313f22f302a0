import type { Environment } from '../environment.ts';
import { NotSent } from '../not-sent.ts';
import type { Dependency } from '../ports.ts';
import { Busy } from './busy.ts';
import { type Pool, pool } from './pool.ts';
import { postgres } from './postgres.ts';
import { type Replica, replica } from './replica.ts';
import { type Watch, watch } from './replica-watch.ts';

/** Databases that hold the same: one primary and its replicas, whichever is which at the moment. */
export interface Cluster {
  readonly members: readonly Replica[];
  /** The first of them. */
  readonly near: Pool;
  /** Whichever of them is the primary, as one pool: it follows a promotion. Without a primary it refuses at once. */
  readonly primary: Pool;
  readonly watching: Watch;
  /** One required: somebody answers. The others are optional: without a primary the shop still shows its seats. */
  readonly dependencies: readonly Dependency[];
}

/** The databases of `DATABASE_URL` and `REPLICA_URLS`, in whatever roles they are found. */
export async function cluster(
  env: Pick<Environment, 'databaseUrl' | 'replicaUrls' | 'poolSize' | 'boxName'>,
): Promise<Cluster> {
  const near = pool(env.databaseUrl, env);
  const pools = [near, ...env.replicaUrls.map((url) => pool(url, env))];
  const members = pools.map((one) => replica(postgres(one)));
  const watching = watch(members);
  await watching.first;
  const primary = primaryOf(watching);
  return {
    members,
    near,
    primary,
    watching,
    dependencies: [anyOf(members, watching), primary, ...members.map(member)],
  };
}

function primaryOf(watching: Watch): Pool {
  function leader(): Pool {
    const found = watching.leader();
    if (found === undefined) throw new NotSent('no database takes writes at the moment');
    return found.store.pool;
  }
  const writable = (): Pool => {
    const found = leader();
    // Postgres would take the write and answer only once a standby had it: the buyer would wait for nobody.
    if (watching.leader()?.alone) throw new NotSent(`${found.name} has no standby to confirm a write`);
    return found;
  };
  return {
    name: 'primary',
    optional: true,
    async text(statement, values, limitMs) {
      const chosen = writable();
      return await chosen.text(statement, values, limitMs).catch((error: unknown) => {
        if (isGone(error)) watching.hurry();
        throw error;
      });
    },
    position: async () => leader().position(),
    status: async () => leader().status(),
    rows: async (text, values) => leader().rows(text, values),
    session: async (use) => leader().session(use),
    get url() {
      return leader().url;
    },
    async check() {
      writable();
    },
    async close() {
      // Its connections are the members', who close them.
    },
    get size() {
      return watching.leader()?.store.pool.size ?? { total: 0, idle: 0, waiting: 0, refused: 0 };
    },
  };
}

/** Not what the database thinks of a statement, but that it is not there, or is no primary any more. */
function isGone(error: unknown): boolean {
  if (error instanceof Busy) return false;
  const { code, severity } = error as { code?: string; severity?: string };
  return severity === undefined || code === '25006' || code?.startsWith('57P') === true;
}

function anyOf(members: readonly Replica[], watching: Watch): Dependency {
  return {
    name: 'database',
    async check() {
      if (!members.some((one) => one.healthy)) throw new Error('none answers');
    },
    async close() {
      watching.stop();
    },
  };
}

function member(one: Replica): Dependency {
  return {
    name: one.name,
    optional: true,
    async check() {
      if (!one.healthy) throw new Error('it does not answer');
    },
    close: () => one.store.pool.close(),
  };
}
