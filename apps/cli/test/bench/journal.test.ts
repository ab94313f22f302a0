import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { journalOf } from '../../src/bench/journal.ts';
import { STACKS } from '../../src/stage/stages.ts';

const name = `test-${process.pid}`;
const journal = journalOf<{ boot: number }>(name);

afterEach(() => journal.clear());

describe('the journal of a long measurement', () => {
  it('is empty before the first entry', async () => {
    expect(await journal.read()).toEqual([]);
  });

  it('has what was noted, in its order, but for a line that was cut short', async () => {
    await journal.note({ boot: 1 });
    await journal.note({ boot: 2 });
    await appendFile(join(STACKS, 'bench', `${name}.jsonl`), '{"boot":');
    expect(await journal.read()).toEqual([{ boot: 1 }, { boot: 2 }]);
  });

  it('begins anew when it was cleared', async () => {
    await journal.note({ boot: 1 });
    await journal.clear();
    expect(await journal.read()).toEqual([]);
  });
});
