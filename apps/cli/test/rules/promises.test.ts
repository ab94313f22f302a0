import { describe, expect, it } from 'vitest';
import { promises, promisesIn } from '../../src/rules/promises.ts';

const FILES: Readonly<Record<string, string>> = {
  'one.test.ts': '// Watches promise P1.',
  'both.test.ts': '// Watches promises P1 and P2.',
  'ten.test.ts': '// Watches promise P10.',
  'none.test.ts': '// P1 is watched elsewhere.',
};

function section(number: string, ...links: readonly string[]): string {
  return `## ${number} A seat is sold once\n\nWatched by ${links.map((link) => `[a test](${link})`).join(', ')}.\n`;
}

const findings = async (...sections: readonly string[]) =>
  (await promisesIn(`# Promises\n\n${sections.join('\n')}`, async (link) => FILES[link] ?? null)).map(
    ({ what }) => what,
  );

describe('the page of the promises', () => {
  it('links a check of each promise, numbered without a gap', async () => {
    expect(await promises.find()).toEqual([]);
  });

  it('may have one check watch several promises, and several check one', async () => {
    expect(
      await findings(section('P1', 'one.test.ts', 'none.test.ts'), section('P2', 'both.test.ts')),
    ).toEqual([]);
  });

  it.each<[string, readonly string[], string]>([
    ['has no promises', [], 'has no promises'],
    ['begins with another number', [section('P2', 'both.test.ts')], '"P2 A seat is sold once" should be P1'],
    [
      'leaves a number out',
      [section('P1', 'one.test.ts'), section('P3', 'both.test.ts')],
      '"P3 A seat is sold once" should be P2',
    ],
    [
      'has a title without a number',
      [section('Seats', 'one.test.ts')],
      '"Seats A seat is sold once" should be P1',
    ],
    ['links nothing', [section('P1')], 'P1 links no check that says "Watches promise P1."'],
    [
      'links a check that watches something else',
      [section('P1', 'none.test.ts')],
      'P1 links no check that says "Watches promise P1."',
    ],
    [
      'links a check of a number that only begins alike',
      [section('P1', 'ten.test.ts')],
      'P1 links no check that says "Watches promise P1."',
    ],
    [
      'links a file that does not exist beside one that watches',
      [section('P1', 'one.test.ts', 'gone.test.ts')],
      'P1 links gone.test.ts, which does not exist',
    ],
  ])('is refused when it %s', async (_, sections, what) => {
    expect(await findings(...sections)).toEqual([what]);
  });
});
