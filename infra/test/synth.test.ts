import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@scaling/cli/stage/stages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStack, writeStacks } from '../src/synth/output.ts';
import { synthesise } from '../src/synth/synthesise.ts';
import { STACKS } from './stacks.ts';

/** Maps whose keys are names of the project's or the provider's, not Terraform's arguments. */
const NAMES = new Set(['tags', 'dimensions']);

describe('what is synthesised', () => {
  it('is nine stages in three environments', () => {
    expect(STACKS).toHaveLength(27);
    expect(new Set(STACKS.map(({ name }) => name)).size).toBe(27);
  });

  it.each(STACKS)('$name: the same bytes each time', ({ plan, text }) => {
    expect(synthesise(plan).text).toBe(text);
  });

  it.each(STACKS)('$name: nothing of the machine that it was made on', ({ text }) => {
    for (const trace of [ROOT, homedir(), hostname(), 'node_modules']) expect(text).not.toContain(trace);
  });

  it.each(STACKS)('$name: arguments as Terraform writes them', ({ resources }) => {
    for (const { is } of resources) expect(keys(is).filter((key) => /[A-Z]/.test(key))).toEqual([]);
  });

  it.each(STACKS)('$name: names only resources that are there', ({ text }) => {
    const { resource, data, ephemeral } = JSON.parse(text) as Record<string, Record<string, object>>;
    const places = { data, ephemeral, resource };
    for (const [, place = 'resource', type = '', name = ''] of text.matchAll(
      /\$\{[^}]*?\b(?:(data|ephemeral)\.)?(aws_\w+)\.([\w-]+)\.\w+/g,
    ))
      expect(Object.keys(places[place as keyof typeof places]?.[type] ?? {})).toContain(name);
  });
});

describe('the folder it is written to', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'infra-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const [one, two] = STACKS.map(({ name, text }) => ({ name, text })) as [Written, Written];

  it('holds all stacks, or those that it had', async () => {
    const to = join(folder, 'out');
    await writeStacks([one, two], { all: true, to });
    expect(await readStack(one.name, to)).toBe(one.text);
    await writeStacks([{ ...two, text: 'new' }], { all: false, to });
    expect(await readStack(one.name, to)).toBe(one.text);
    expect(await readStack(two.name, to)).toBe('new');
    await writeStacks([two], { all: true, to });
    expect(await readdir(to)).toEqual([two.name]);
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('is left as it was when one cannot be written', async () => {
    const to = join(folder, 'out');
    await writeStacks([one], { all: true, to });
    await mkdir(join(to, two.name), { recursive: true });
    await writeFile(join(to, two.name, 'main.tf'), '');
    const broken = { name: join(two.name, 'main.tf'), text: two.text };
    await expect(writeStacks([{ ...one, text: 'new' }, broken], { all: false, to })).rejects.toThrow();
    expect(await readFile(join(to, one.name, 'cdk.tf.json'), 'utf8')).toBe(one.text);
    expect(await readdir(folder)).toEqual(['out']);
  });
});

interface Written {
  readonly name: string;
  readonly text: string;
}

function keys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keys);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => (NAMES.has(key) ? [key] : [key, ...keys(each)]));
}
