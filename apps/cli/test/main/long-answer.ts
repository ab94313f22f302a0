import { endWhenWritten } from '../../src/end-when-written.ts';

/** Run by end-when-written.test.ts: more than a pipe takes, and a timer that is never over. */
process.stdout.write('x'.repeat(3_000_000));
setInterval(() => undefined, 1000);
await endWhenWritten();
