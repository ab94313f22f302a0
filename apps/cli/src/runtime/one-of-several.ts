import { Failure } from '../failure.ts';
import type { Box } from './runtime.ts';

/** A box that is one of several databases. @throws Failure for any other: whom should it follow? */
export function oneOfSeveral(boxes: readonly Box[], name: string): Box {
  const databases = boxes.filter(({ kind }) => kind === 'db' || kind === 'replica');
  const found = databases.find((box) => box.name === name);
  if (found && databases.some(({ kind }) => kind === 'replica')) return found;
  throw new Failure(`"${name}" is not one of several databases.`, {
    next:
      databases.length > 1
        ? `These are: ${databases.map((box) => box.name).join(', ')}.`
        : 'They come with stage 4.',
  });
}
