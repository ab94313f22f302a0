import { expect, it } from 'vitest';
import { addressIn, linkToken } from '../../src/links/link-token.ts';

const NOW = Date.parse('2031-03-01T12:00:00Z');
const MINUTE = 60_000;
const token = linkToken('Ada@example.com', 'secret', NOW);

it('opens the reservations of the address that it was mailed to, for a quarter of an hour', () => {
  expect(addressIn(token, 'secret', NOW)).toBe('Ada@example.com');
  expect(addressIn(token, 'secret', NOW + 15 * MINUTE - 1)).toBe('Ada@example.com');
  expect(addressIn(token, 'secret', NOW + 15 * MINUTE)).toBeNull();
});

it('opens nothing in another stack', () => {
  expect(addressIn(token, 'the secret of another stack', NOW)).toBeNull();
});

it('opens nothing for another address, or for longer, than was signed', () => {
  const [, signature] = token.split('.');
  for (const claims of [
    { email: 'eve@example.com', until: NOW + 15 * MINUTE },
    { email: 'Ada@example.com', until: NOW + 16 * MINUTE },
    { email: 'Ada@example.com' },
  ]) {
    const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(addressIn(`${text}.${signature}`, 'secret', NOW)).toBeNull();
  }
});

it.each([
  '',
  '.',
  'a.b',
  `${token}.`,
  `${token}x`,
  token.slice(0, -1),
  token.replace('.', ''),
  '0123456789abcdef0123456789abcdef',
])('takes %j for no token', (text) => {
  expect(addressIn(text, 'secret', NOW)).toBeNull();
});
