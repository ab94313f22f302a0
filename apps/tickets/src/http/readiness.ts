import type { Dependency } from '../ports.ts';

/** Load balancers ask several times a second, the database must not notice: it is asked this often at most. */
const ASK_EVERY_MS = 1000;
/** Until this old an answer is given again while a new one is fetched: a busy database must not make probes wait. */
const GOOD_FOR_MS = 5000;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong, by name. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Whether this instance should get requests: all its dependencies answer, but for the optional ones (replicas, mail,
 * seat feed), without which it is slower or poorer and still better than nothing.
 */
export function readiness(dependencies: readonly Dependency[]): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Readiness } | undefined;
  let asking: Promise<Readiness> | undefined;

  async function refresh(): Promise<Readiness> {
    const answer = await ask(dependencies);
    last = { at: performance.now(), answer };
    asking = undefined;
    return answer;
  }

  return async () => {
    const age = last === undefined ? Number.POSITIVE_INFINITY : performance.now() - last.at;
    if (age > ASK_EVERY_MS) asking ??= refresh();
    return last !== undefined && age < GOOD_FOR_MS ? last.answer : await (asking ?? refresh());
  };
}

async function ask(dependencies: readonly Dependency[]): Promise<Readiness> {
  const answers = await Promise.all(
    dependencies.map(async (dependency) => {
      const failure = await dependency.check().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      return { dependency, failure };
    }),
  );
  return {
    ready: answers.every(({ dependency, failure }) => failure === undefined || dependency.optional === true),
    dependencies: Object.fromEntries(
      answers.map(({ dependency, failure }) => [dependency.name, failure ?? 'ok']),
    ),
  };
}
