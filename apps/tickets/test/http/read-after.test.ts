import type { Request } from 'express';
import { expect, it } from 'vitest';
import { readAfter } from '../../src/http/read-after.ts';

const one = readAfter({ siteUrl: 'http://localhost:8004' });
const other = readAfter({ siteUrl: 'http://localhost:8005' });
const asked = (headers: Record<string, string>) => ({ headers }) as unknown as Request;

function given(to: typeof one, position: string): string {
  const headers = new Map<string, string>();
  to.give({ setHeader: (name: string, value: string) => headers.set(name, value) } as never, position);
  return headers.get('Set-Cookie') ?? '';
}

it('names its cookie after the port of the site, and without one as it is on AWS', () => {
  expect(given(one, '0/1')).toBe('read_after_8004=0/1; Max-Age=10; Path=/; HttpOnly; SameSite=Lax');
  expect(readAfter({ siteUrl: 'https://shop.example.org' }).cookie).toBe('read_after');
});

it('reads its own cookie among those of other stages on the same machine, and no other’s', () => {
  const cookies = `a=b; ${given(other, '0/5').split(';')[0]}; ${given(one, '0/4').split(';')[0]}`;
  expect(one.optionsOf(asked({ cookie: cookies })).after).toBe('0/4');
  expect(other.optionsOf(asked({ cookie: cookies })).after).toBe('0/5');
  expect(
    readAfter({ siteUrl: 'http://localhost:8006' }).optionsOf(asked({ cookie: cookies })).after,
  ).toBeUndefined();
});

it('prefers the header to the cookie, and ignores what is no position', () => {
  const cookie = 'read_after_8004=0%2F4';
  expect(one.optionsOf(asked({ cookie })).after).toBe('0/4');
  expect(one.optionsOf(asked({ cookie, 'x-read-after': '0/6' })).after).toBe('0/6');
  expect(one.optionsOf(asked({ cookie: 'read_after_8004=anything' })).after).toBeUndefined();
});
