import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Drill } from '../drill/drill.ts';
import { writeWhole } from '../write-whole.ts';
import type { Measured } from './measure-stage.ts';

/** What two journeys have to have in common for one to go on with what the other measured. */
const key = z.object({
  commit: z.string(),
  recipe: z.string(),
  machine: z.string(),
  runtime: z.string(),
});
export type JournalKey = Readonly<z.infer<typeof key>>;

/** What took so many seconds. */
export interface Took<T> {
  readonly result: T;
  readonly seconds: number;
}

/** A stage in the journal; null: not yet. */
export interface Leaf {
  readonly key: JournalKey;
  readonly measured: Took<Measured> | null;
  readonly drill: Took<Drill> | null;
}

/** Whoever wrote the key wrote the rest, of the same commit: no more is asked of it. */
const leaf = z.object({
  key,
  measured: z.object({ seconds: z.number(), result: z.looseObject({ why: z.array(z.string()) }) }).nullable(),
  drill: z.object({ seconds: z.number(), result: z.looseObject({ verdict: z.string() }) }).nullable(),
});

export interface Journal {
  /** null: there is none, or it cannot be read. */
  read(stage: number): Promise<Leaf | null>;
  write(stage: number, leaf: Leaf): Promise<void>;
  clear(): Promise<void>;
}

/** One file for each stage, `4.json`. @param folder may be missing. */
export function journalIn(folder: string): Journal {
  const path = (stage: number) => join(folder, `${stage}.json`);
  return {
    read: async (stage) => {
      const text = await readFile(path(stage), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      return text === null ? null : parse(text);
    },
    write: (stage, written) => writeWhole(path(stage), JSON.stringify(written)),
    clear: async () => {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      // The last report stays until there is a new one.
      const leaves = names.filter((name) => /^\d+\.json/.test(name));
      await Promise.all(leaves.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

function parse(text: string): Leaf | null {
  try {
    return leaf.parse(JSON.parse(text)) as unknown as Leaf;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** What of a stage need not be measured again, and why the rest has to be; an empty `because`: nothing has to. */
export interface Resumed {
  readonly measured: Took<Measured> | null;
  readonly drill: Took<Drill> | null;
  readonly because: readonly string[];
}

/** What a leaf is good for now: valid, and of the same code, recipe, machine and runtime. */
export function resume(found: Leaf | null, now: JournalKey): Resumed {
  if (found === null) return { measured: null, drill: null, because: ['not in the journal'] };
  const differs = (Object.keys(now) as (keyof JournalKey)[])
    .filter((each) => found.key[each] !== now[each])
    .map((each) => `of another ${each} (${found.key[each]})`);
  if (differs.length > 0) return { measured: null, drill: null, because: differs };
  if (now.commit === 'unknown' || now.commit.endsWith('+dirty')) {
    const because = ['nothing tells whether uncommitted code is still the same'];
    return { measured: null, drill: null, because };
  }
  const measured = found.measured?.result.why.length === 0 ? found.measured : null;
  const drill = found.drill !== null && found.drill.result.verdict !== 'void' ? found.drill : null;
  return {
    measured,
    drill,
    because: [
      ...(measured === null ? [found.measured === null ? 'not measured' : 'its measurement is void'] : []),
      ...(drill === null ? [found.drill === null ? 'not drilled' : 'its drill is void'] : []),
    ],
  };
}
