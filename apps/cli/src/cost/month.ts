import type { ByUse, Meter } from './prices.ts';
import type { Traffic } from './traffic.ts';

/** What a month of a stage is made of, for services that are paid by what goes through them. */
export interface Month {
  readonly hours: number;
  /** Requests per second, over the whole month. */
  readonly meanRps: number;
  /** Boxes of the kind in the stage. */
  readonly boxes: number;
  readonly regions: number;
}

const KILOBYTES_PER_GB = 1e6;
const SECONDS_PER_HOUR = 3600;
/** https://aws.amazon.com/elasticloadbalancing/pricing/: a capacity unit is the larger of these two (and two more, which stay below them here). */
const CONNECTIONS_PER_SECOND_PER_LCU = 25;
const GB_PER_HOUR_PER_LCU = 1;

/** US dollars a month for a managed service. */
export function usdByUse({ meters }: ByUse, month: Month, traffic: Traffic): number {
  return meters.reduce((sum, { meter, usd }) => sum + usd * quantity(meter, month, traffic), 0);
}

function quantity(meter: Meter, { hours, meanRps, boxes, regions }: Month, traffic: Traffic): number {
  const assumed = traffic.assumptions;
  const requests = meanRps * SECONDS_PER_HOUR * hours;
  const gbPerRequest = assumed.kilobytesOutPerRequest.value / KILOBYTES_PER_GB;
  switch (meter) {
    case 'hour':
      return boxes * hours;
    case 'month':
      return boxes;
    case 'region-month':
      return regions;
    case 'lcu-hour': {
      const connections = meanRps / assumed.requestsPerConnection.value / CONNECTIONS_PER_SECOND_PER_LCU;
      const bytes = (meanRps * SECONDS_PER_HOUR * gbPerRequest) / GB_PER_HOUR_PER_LCU;
      return hours * Math.max(connections, bytes);
    }
    case 'million-requests':
      return requests / 1e6;
    case 'million-lookups':
      return ((requests / assumed.requestsPerUserPerDay.value) * assumed.lookupsPerUserPerDay.value) / 1e6;
    case 'gb-out':
      return requests * gbPerRequest;
    case 'gb-crossing':
      return (requests * assumed.kilobytesCrossingPerRequest.value) / KILOBYTES_PER_GB;
    case 'mail':
      return requests * assumed.mailsPerRequest.value;
  }
}
