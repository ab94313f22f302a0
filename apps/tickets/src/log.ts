import { type DestinationStream, destination, pino } from 'pino';

/** Lines are gathered and written together, at the latest after this long: a write each would cost as much as a query. */
const FLUSH_MS = 200;

const output = destination({ dest: 1, minLength: 8192, sync: false });
setInterval(() => output.flush(), FLUSH_MS).unref();

/** The process's log: JSON lines on standard output. `environment()` sets its level and the box's name. */
export const log = pino(
  { level: 'info', base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
  output as DestinationStream,
);

/** Write out what is gathered, before the process ends. */
export function flushLog(): void {
  output.flushSync();
}
