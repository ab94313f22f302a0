import { SourceFailed } from '../source-failed.ts';

/** Without a byte for so long, a server counts as unreachable. Milliseconds. */
const SILENCE = 8_000;

/**
 * The body of a GET, checked to be complete.
 * @throws SourceFailed on any status but 2xx, 8 s of silence, an unknown host, a connection cut off; the signal's reason.
 */
export async function download(url: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE);
  const explain = (error: unknown): unknown => {
    clearTimeout(timer);
    if (signal.aborted) return signal.reason;
    const host = new URL(url).host;
    if (silence.signal.aborted) return new SourceFailed(`${host} was silent for ${SILENCE / 1000} s`);
    return error instanceof TypeError ? new SourceFailed(`${host}: ${reason(error)}`) : error;
  };
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, silence.signal]) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new SourceFailed(`${url} answered ${response.status}`);
    }
    return watched(response.body, { timer, explain });
  } catch (error) {
    throw explain(error);
  }
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  { timer, explain }: { timer: NodeJS.Timeout; explain: (error: unknown) => unknown },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    throw explain(error);
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says only "fetch failed"; what happened is in the cause. */
function reason(error: TypeError): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
