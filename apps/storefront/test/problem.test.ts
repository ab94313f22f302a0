import { expect, it } from 'vitest';
import { messageOf, Problem, problemOf } from '../src/shop/problem.ts';

it('says what the shop said, and which seats', () => {
  const problem = problemOf(409, { title: 'Taken.', seats: [3, 4], status: 409 });
  expect(problem).toMatchObject({ status: 409, message: 'Taken.', seats: [3, 4] });
});

it('tells each complaint about a form', () => {
  const body = { title: 'Cannot be read.', errors: [{ at: 'email', message: 'Invalid email address' }] };
  expect(problemOf(400, body).message).toBe('Cannot be read. email: Invalid email address.');
});

it.each([[null], ['<html>Bad gateway</html>'], [[]], [{ title: 7, seats: 'x' }]])(
  'survives a body of %j',
  (body) => {
    expect(problemOf(502, body)).toMatchObject({
      message: 'The shop cannot answer at the moment (502).',
      seats: [],
    });
  },
);

it('has words for silence', () => {
  expect(messageOf(new Problem(404, 'No such show.'))).toBe('No such show.');
  expect(messageOf(new DOMException('', 'TimeoutError'))).toMatch(/too long/);
  expect(messageOf(new TypeError('Failed to fetch'))).toMatch(/cannot be reached/);
});
