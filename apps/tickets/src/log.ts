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

/** An e-mail address. The end tells it from a package's version in a stack trace. */
const ADDRESS = /[^\s"'<>()/:;,@]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}/g;

/** A mail server quotes the address that it refuses. */
export function withoutAddresses(text: string): string {
  return text.includes('@') ? text.replace(ADDRESS, '(address)') : text;
}

/**
 * Database and network errors have a code that says it all; others are defects and keep their stack. In no error's words is
 * an address of a buyer.
 */
function brief(error: Error & { code?: unknown }) {
  const { name, code } = error;
  const message = withoutAddresses(error.message);
  return code === undefined
    ? { name, message, stack: withoutAddresses(error.stack ?? '') }
    : { name, message, code };
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

export interface RequestLine {
  readonly box: string;
  /** Its id: what the edge gave it, or one of ours; both are plain. */
  readonly request: string;
  readonly method: string;
  /** Without its query, in which a client can put anything. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/**
 * The line of one request, just as `log` would write it. Written here, because pino's general way costs a purchase
 * 5 % of its CPU.
 */
export function logRequest(level: 'debug' | 'info' | 'warn', line: RequestLine): void {
  if (!log.isLevelEnabled(level)) return;
  const { box, request, method, path, status, ms } = line;
  output.write(
    `{"level":${LEVELS[level]}${timestamp()},"box":${JSON.stringify(box)},"request":"${request}","method":"${method}",` +
      `"path":${JSON.stringify(path)},"status":${status},"ms":${Math.round(ms * 10) / 10},"msg":"request"}\n`,
  );
}

const LEVELS = { debug: 20, info: 30, warn: 40 } as const;

/** Write out what is gathered, before the process ends. */
export function flushLog(): void {
  output.flushSync();
}
