/** Reads a stream of server-sent events until it ends or is aborted: each change of seats, and each `missed`. */
export async function readEvents(
  answer: Response,
  heard: { change(change: { showId: number; seats: number[]; sold: boolean }): void; missed(): void },
): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (event.startsWith('event: missed')) heard.missed();
        const data = /^event: seats\ndata: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) heard.change(JSON.parse(data));
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}

/** Opens a show's event stream and gathers what it says. */
export async function watchSeats(url: string, showId: number) {
  const aborted = new AbortController();
  const answer = await fetch(`${url}/shows/${showId}/events`, { signal: aborted.signal });
  const changes: { at: number; showId: number; seats: number[]; sold: boolean }[] = [];
  let missed = 0;
  const reading = readEvents(answer, {
    change: (change) => changes.push({ at: performance.now(), ...change }),
    missed: () => {
      missed += 1;
    },
  });
  return {
    answer,
    changes,
    /** How often it was told to load the map again. */
    missed: () => missed,
    ended: reading,
    async close() {
      aborted.abort();
      await reading;
    },
  };
}
