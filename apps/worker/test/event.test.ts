import { expect, it } from 'vitest';
import { eventIn, isLinkRequest, Unreadable } from '../src/event.ts';
import { sale } from './sales.ts';

const read = (value: unknown) => eventIn(Buffer.from(JSON.stringify(value)));

it('reads a sale, also one from before there were management tokens', () => {
  const sold = sale();
  expect(read(sold)).toEqual(sold);
  const { token: _, ...before } = sold;
  expect(read(before)).toEqual({ ...sold, token: '' });
});

it('tells the request for a link from a sale', () => {
  const request = { kind: 'link', id: sale().id, email: 'ada@example.com' };
  expect(read(request)).toEqual(request);
  expect([read(request), read(sale())].map(isLinkRequest)).toEqual([true, false]);
});

it.each([
  ['is no JSON', '{"name":"Wilhelmina Quartz"'],
  ['is no sale', '{"id":"x","name":"Wilhelmina Quartz","email":"w@example.com"}'],
])('quotes nothing of a message that %s, so that no log has a buyer’s name', (_, text) => {
  try {
    eventIn(Buffer.from(text));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toMatch(/Wilhelmina|example/);
  }
});
