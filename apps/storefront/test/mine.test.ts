import { beforeEach, expect, it, vi } from 'vitest';
import { forget, owned, remember, tokenOf } from '../src/shop/mine.ts';
import type { Reservation } from '../src/shop/types.ts';

const bought: Reservation = {
  id: 'r',
  token: 'secret',
  showId: 1,
  seats: [1],
  name: 'Ada',
  email: 'a@b.co',
  ticket: 'mail',
  totalCents: 9000,
  status: 'confirmed',
  createdAt: '',
};

let storage: Map<string, string>;
beforeEach(() => {
  storage = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
  });
  forget('r');
});

it('remembers the management token of a purchase until it is cancelled, and nothing of the buyer', () => {
  remember(bought);
  expect(tokenOf('r')).toBe('secret');
  expect([...storage.values()].join()).not.toMatch(/Ada|a@b\.co/);
  forget('r');
  expect(tokenOf('r')).toBeUndefined();
});

it('remembers it until the page is loaded again where the browser stores nothing', () => {
  vi.stubGlobal('localStorage', undefined);
  remember(bought);
  expect(tokenOf('r')).toBe('secret');
  expect(owned()).toHaveLength(1);
});
