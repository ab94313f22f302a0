/** An answer; null instead of it: none came, or not in time. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; null: it was no JSON. */
  readonly body: unknown;
}

export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A client waits no longer than this for an answer. */
const LIMIT_MS = 6000;

/** Sends one request. Never rejects, except when `signal` aborts. */
export async function ask(
  { method, url, headers, body }: Asked,
  signal: AbortSignal,
): Promise<Answer | null> {
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parsed(text) };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
