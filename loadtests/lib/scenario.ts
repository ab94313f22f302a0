import exec from 'k6/execution';

let own: typeof exec.scenario | undefined;

/**
 * This virtual user's scenario, with fields that are read live. Kept, because each look at `exec.scenario` makes an
 * object with a function for every field: a tenth of k6's CPU per request.
 */
export function scenario(): typeof exec.scenario {
  own ??= exec.scenario;
  return own;
}
