export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Asks as Grafana does, with its own variable filled in.
 *
 * @param base up to `/api/v1`
 * @param interval in the place of `$__rate_interval`
 * @throws Error with Prometheus' words when it does not understand the query.
 */
export async function askPrometheus(base: string, expr: string, interval: string): Promise<Sample[]> {
  const query = expr.replaceAll('$__rate_interval', interval);
  const answer = await fetch(`${base}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
    signal: AbortSignal.timeout(5000),
  });
  const { status, error, data } = (await answer.json()) as {
    status: string;
    error?: string;
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (status !== 'success') throw new Error(`${query}: ${error}`);
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
