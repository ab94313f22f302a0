/** A limit is checked this many times. */
const LOOKS = 4;

interface Wait {
  looks: number;
  giveUp(): void;
}

/**
 * A time limit that counts only while this process runs: a box that its quota makes stand still for 45 ms wakes up with
 * an answer waiting and a timer due, and the timer comes first. So a timer looks four times, and an answer that has
 * arrived by the last look counts. One timer for all waits: one for each would cost more than the command.
 */
export function patience(
  limitMs: number,
  message: string,
): <Value>(promise: Promise<Value>) => Promise<Value> {
  const waits = new Set<Wait>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    for (const wait of waits) {
      wait.looks += 1;
      if (wait.looks <= LOOKS) continue;
      waits.delete(wait);
      wait.giveUp();
    }
    if (waits.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return (promise) =>
    new Promise((resolve, reject) => {
      const wait: Wait = { looks: 0, giveUp: () => reject(new Error(`${message} within ${limitMs} ms`)) };
      waits.add(wait);
      timer ??= setInterval(look, limitMs / LOOKS).unref();
      promise.then(
        (value) => {
          waits.delete(wait);
          resolve(value);
        },
        (error: unknown) => {
          waits.delete(wait);
          reject(error);
        },
      );
    });
}
