/** Opens a show's event stream and gathers what it says. */
export async function watchSeats(url: string, showId: number) {
  const aborted = new AbortController();
  const answer = await fetch(`${url}/shows/${showId}/events`, { signal: aborted.signal });
  const changes: { at: number; showId: number; seats: number[]; sold: boolean }[] = [];
  let missed = 0;
  let text = '';
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (event.startsWith('event: missed')) missed += 1;
        const data = /^event: seats\ndata: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) changes.push({ at: performance.now(), ...JSON.parse(data) });
      }
    }
  })().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
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
