/** Which boxes answered a request, as its headers say. */
export interface Answer {
  readonly request: string;
  readonly status: number;
  readonly ms: number;
  readonly servedBy: string | null;
  readonly cache: string | null;
  readonly region: string | null;
  /** How old the data may be, in seconds; null: it is of this moment. */
  readonly dataAge: string | null;
}

const KEPT = 8;
const answers: Answer[] = [];
const watchers = new Set<() => void>();

/** Notes the answer to a request that took `ms` milliseconds. */
export function note(request: string, response: Response, ms: number): void {
  const header = (name: string): string | null => response.headers.get(name);
  answers.unshift({
    request,
    status: response.status,
    ms,
    servedBy: header('X-Served-By'),
    cache: header('X-Cache'),
    region: header('X-Region'),
    dataAge: header('X-Data-Age'),
  });
  answers.length = Math.min(answers.length, KEPT);
  for (const watcher of watchers) watcher();
}

/** The latest answers, newest first. */
export function lastAnswers(): readonly Answer[] {
  return answers;
}

export function onAnswer(watcher: () => void): void {
  watchers.add(watcher);
}
