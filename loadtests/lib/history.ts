import { type Answer, type Learned, learn, lineOf, type Request } from './line.ts';

/**
 * Writes down what a client asked for and what it learned, one JSON line for `verify` to compare with the database (k6's
 * console goes to a file). `sentAt`: milliseconds since 1970. `process` tells clients apart that one virtual user plays at the
 * same time.
 */
export function note(request: Request, answer: Answer, sentAt: number, process = ''): Learned {
  const side = __ENV.SIDE ?? '';
  const learned = learn(request, answer);
  const occasion = {
    side,
    process: `${side}-${__VU}${process}`,
    invokedAt: sentAt,
    completedAt: Date.now(),
  };
  console.log(lineOf(request, answer, learned, occasion));
  return learned;
}
