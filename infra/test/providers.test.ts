import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '@scaling/cli/stage/stages';
import { describe, expect, it } from 'vitest';
import { STACKS } from './stacks.ts';

const LOCK = 'infra/providers/.terraform.lock.hcl';
const lock = await readFile(join(ROOT, LOCK), 'utf8');
const locked = [
  ...lock.matchAll(
    /^provider "registry\.terraform\.io\/(\S+)" \{\n {2}version {5}= "(\S+)"\n {2}constraints = "(.+)"$/gm,
  ),
];

describe(LOCK, () => {
  it('names one provider by an exact version, with a checksum for each platform', () => {
    expect(locked.map(([, source, version]) => [source, version])).toEqual([
      ['hashicorp/aws', expect.stringMatching(/^\d+\.\d+\.\d+$/)],
    ]);
    expect(lock.match(/"h1:[A-Za-z0-9+/]{43}="/g)).toHaveLength(14);
  });

  it.each(STACKS)('names what $name requires, and nothing else', ({ text }) => {
    const { terraform } = JSON.parse(text) as { terraform: { required_providers: object } };
    const [, source, , constraints] = locked[0] ?? [];
    expect(terraform.required_providers).toEqual({ aws: { source, version: constraints } });
  });
});
