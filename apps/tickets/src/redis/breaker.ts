/** So many failures one after the other are no accident. */
const MOST_FAILURES = 5;
const PROBE_EVERY_MS = 250;

export interface Breaker {
  /** Whether requests may wait for the other side at all. */
  readonly closed: boolean;
  succeeded(): void;
  failed(): void;
  /** It is known to be gone: no need for more failures. */
  open(): void;
  end(): void;
}

/**
 * A circuit breaker, open until the first probe succeeds. After
 * some failures in a row nobody waits for the other side any more. While open, `probe` is tried
 * four times a second in the background, so no request pays for finding out, and closes it when it resolves.
 */
export function breaker(
  probe: () => Promise<void>,
  changed: (closed: boolean) => void,
  firstProbeMs: number = PROBE_EVERY_MS,
): Breaker {
  let closed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  function open(): void {
    if (!closed || ended) return;
    closed = false;
    changed(false);
    probeLater(PROBE_EVERY_MS);
  }

  function probeLater(afterMs: number): void {
    timer = setTimeout(() => {
      // A failed probe says nothing new: the next one follows.
      probe().then(close, () => probeLater(PROBE_EVERY_MS));
    }, afterMs).unref();
    if (ended) clearTimeout(timer);
  }

  function close(): void {
    if (ended) return;
    failures = 0;
    closed = true;
    changed(true);
  }

  probeLater(firstProbeMs);

  return {
    get closed() {
      return closed;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= MOST_FAILURES) open();
    },
    open,
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
