import type { Look } from './exposition.ts';

/** Where the kinds of box that tell something themselves do so: /metrics at this port. The others are looked at from outside. */
const PORTS: Readonly<Record<string, number>> = {
  single: 8080,
  app: 8080,
  worker: 8080,
  lb: 8404,
  router: 8404,
};

/** An entry of what Prometheus asks for: https://prometheus.io/docs/prometheus/latest/http_sd/ */
interface Target {
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/** The boxes that have metrics of their own, those that do not answer at the moment included: `up` is 0 for them. */
export function targets({ boxes }: Pick<Look, 'boxes'>): Target[] {
  return boxes.flatMap(({ name, service, kind, address }) => {
    const port = PORTS[kind];
    // In Compose a box that stands still has no address.
    if (port === undefined || address === '') return [];
    return [{ targets: [`${address}:${port}`], labels: { box: name, service, kind } }];
  });
}
