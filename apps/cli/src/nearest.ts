import { closest, distance } from 'fastest-levenshtein';

/** "Did you mean …?" for a mistyped name, or a list of all where none is near. */
export function suggestion(typed: string, known: readonly string[]): string {
  const near = closest(typed, [...known]);
  if (known.length > 0 && distance(typed, near) <= Math.max(2, typed.length / 3))
    return `Did you mean "${near}"?`;
  return `Known: ${known.join(', ')}.`;
}
