import { type DestinationStream, destination, pino } from 'pino';

/** Lines are gathered and written together, at the latest after this long: a write each would cost as much as a query. */
const FLUSH_MS = 200;

const output = destination({ dest: 1, minLength: 8192, sync: false });
setInterval(() => output.flush(), FLUSH_MS).unref();

/** Database and network errors have a code that says it all; others are defects and keep their stack. */
function brief(error: Error & { code?: unknown }) {
  const { name, message, code, stack } = error;
  return code === undefined ? { name, message, stack } : { name, message, code };
}

/** The process's log: JSON lines on standard output. `environment()` sets its level and the box's name. */
export const log = pino(
  {
    level: 'info',
    base: null,
    serializers: { err: brief },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  },
  output as DestinationStream,
);

/** Write out what is gathered, before the process ends. */
export function flushLog(): void {
  output.flushSync();
}
