import { findPart, provideParts, recipes } from '../../src/parts/index.ts';

/**
 * On a new machine the parts of the stacks take minutes, some of them are built: before the tests, whose time limits are for
 * starting servers, and not beside them, because a build takes all processors.
 */
export default async function setup(): Promise<void> {
  const names = Object.values(recipes).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => findPart(name)));
  if (found.some((part) => part === null))
    console.log('Fetching the parts of the stacks (once, some minutes) …');
  await provideParts(names);
}
