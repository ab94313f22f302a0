import { describe, expect, it } from 'vitest';
import { type Cidr, cidr, cidrText, overlap } from '../src/network/cidr.ts';
import { rangesOf } from '../src/network/ranges.ts';
import { STACKS } from './stacks.ts';

function read(text: string): Cidr {
  const found = cidr(text);
  if (found === null) throw new RangeError(text);
  return found;
}

describe('ranges of addresses', () => {
  it('are read and written, and refused where they do not begin', () => {
    expect(cidrText(read('10.48.16.0/20'))).toBe('10.48.16.0/20');
    expect(['10.48.1.0/20', '10.300.0.0/16', '10.0.0.0/33', 'ten'].map(cidr)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('of a stage lie in its environment, and apart from each other', () => {
    expect(rangesOf(7, '10.48.0.0/16')).toEqual({
      whole: '10.48.112.0/20',
      public: ['10.48.112.0/23', '10.48.114.0/23'],
      private: ['10.48.116.0/23', '10.48.118.0/23'],
      allPrivate: '10.48.116.0/22',
    });
  });

  it('of all stages in all environments have no address in common', () => {
    const all = STACKS.flatMap(({ of }) => of('aws_vpc').map(({ is }) => read(String(is.cidr_block))));
    expect(all).toHaveLength(30);
    for (const [index, one] of all.entries())
      for (const other of all.slice(index + 1)) expect(overlap(one, other)).toBe(false);
  });
});
