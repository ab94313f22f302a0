import { type DestinationStream, destination, pino } from 'pino';

/** Lines are gathered and written together, at the latest after this long: a write each would cost as much as a query. */
const FLUSH_MS = 500;

const output = destination({ dest: 1, minLength: 8192, sync: false });
setInterval(() => output.flush(), FLUSH_MS).unref();

let second = 0;
let written = '';

/** `,"time":"2031-03-08T18:30:00.123Z"`; the part up to the second is written once a second. */
function timestamp(): string {
  const now = Date.now();
  const ms = now % 1000;
  if (now - ms !== second) {
    second = now - ms;
    written = new Date(second).toISOString().slice(0, -4);
  }
  return `,"time":"${written}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z"`;
}

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
    timestamp,
  },
  output as DestinationStream,
);

/** Write out what is gathered, before the process ends. */
export function flushLog(): void {
  output.flushSync();
}
