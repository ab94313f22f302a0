import { setPriority } from 'node:os';
import { type PartName, provideParts, recipes } from '../../src/parts/index.ts';

/** These are built, which takes minutes of CPU; the others are fetched, and tests may wait for them soon. */
const BUILT: readonly PartName[] = ['k6', 'toxiproxy'];

// The tests may be ended in a way that leaves them no time to end this.
const ended = new AbortController();
const tests = process.ppid;
setInterval(() => {
  if (process.ppid !== tests) ended.abort();
}, 500).unref();
process.once('SIGTERM', () => ended.abort());

const { signal } = ended;
const all = Object.values(recipes).map(({ name }) => name);
await provideParts(
  all.filter((name) => !BUILT.includes(name)),
  { signal },
);
// With what the tests leave of the processors, and still before what is needed last (the linters of infra/).
setPriority(10);
await provideParts(BUILT, { signal });
