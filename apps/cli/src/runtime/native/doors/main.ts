import { chmodSync, rmSync } from 'node:fs';
import { doorKeeper } from './keeper.ts';

/**
 * Keeps the doors of stacks in networks of their own: `doors SOCKET UID`. It runs in the machine's network, outlives the
 * command that started it, and ends when neither a command nor a stack is connected.
 */
const [, , socket = '', uid = ''] = process.argv;
/** The command that starts it connects at once. */
const UNUSED_LIMIT_MS = 10_000;

const end = (): void => {
  rmSync(socket, { force: true });
  process.exit(0);
};
const unused = setTimeout(end, UNUSED_LIMIT_MS);
const keeper = doorKeeper(Number(uid), end);
keeper.once('connection', () => clearTimeout(unused));
keeper.listen(socket, () => chmodSync(socket, 0o600));
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, end);
