import type { Dependency } from '../ports.ts';

/** An answer is this old at most: load balancers ask several times a second, the database must not notice. */
const REMEMBERED_MS = 1000;

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
  let asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    if (asked === undefined || performance.now() - asked.at > REMEMBERED_MS) {
      asked = { at: performance.now(), answer: ask(dependencies) };
    }
    return asked.answer;
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
