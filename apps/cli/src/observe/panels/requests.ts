import { type Panel, perSecond } from './panel.ts';

/** Probes and the scraping itself are no visitors. */
const VISITORS = 'route!~"/(metrics|readyz|healthz)"';
const COUNT = `tickets_request_duration_seconds_count{${VISITORS}}`;
const BUCKETS = `tickets_request_duration_seconds_bucket{${VISITORS}}`;
/** The SLO that the measurements go by, in seconds. */
const SLO = 0.2;

function percentile(share: number, by: string): string {
  return `histogram_quantile(${share}, sum by (le, ${by}) (${perSecond(BUCKETS)}))`;
}

/** How visitors fare, as the apps see it: what an edge answers by itself does not reach them. */
export const REQUESTS: readonly Panel[] = [
  {
    title: 'Requests per second, by route',
    about: 'Counted in the apps.',
    unit: 'reqps',
    queries: [{ expr: `sum by (method, route) (${perSecond(COUNT)})`, legend: '{{method}} {{route}}' }],
  },
  {
    title: 'Answers that failed (5xx), of all',
    about: 'Of what reached an app. A load balancer without an app answers 503 itself, which is not in here.',
    unit: 'percentunit',
    queries: [
      {
        expr: `(sum(${perSecond(COUNT.replace('}', ',status=~"5.."}'))}) or vector(0)) / sum(${perSecond(COUNT)})`,
        legend: 'failed',
      },
    ],
  },
  {
    title: 'P50 by route',
    about: 'Interpolated within the histogram’s buckets; the line is the 200 ms of the SLO.',
    unit: 's',
    line: SLO,
    queries: [{ expr: percentile(0.5, 'route'), legend: '{{route}}' }],
  },
  {
    title: 'P95 by route',
    about: 'Interpolated within the histogram’s buckets; the line is the 200 ms of the SLO.',
    unit: 's',
    line: SLO,
    queries: [{ expr: percentile(0.95, 'route'), legend: '{{route}}' }],
  },
  {
    title: 'Requests per second, by app',
    about: 'Evenly spread when the load balancer finds them equally busy.',
    unit: 'reqps',
    queries: [{ expr: `sum by (box) (${perSecond(COUNT)})`, legend: '{{box}}' }],
    when: ({ manyApps }) => manyApps,
  },
  {
    title: 'P95 by app',
    about: 'One that is slower than its equals has a worse place: another region, a cold start.',
    unit: 's',
    line: SLO,
    queries: [{ expr: percentile(0.95, 'box'), legend: '{{box}}' }],
    when: ({ manyApps }) => manyApps,
  },
  {
    title: 'Load balancer: servers that are up, and requests that wait for one',
    about: 'It knows more names than boxes run; what is up is what counts.',
    unit: 'short',
    queries: [
      { expr: 'sum by (box, proxy) (haproxy_backend_active_servers)', legend: '{{box}} {{proxy}} up' },
      { expr: 'sum by (box, proxy) (haproxy_backend_current_queue)', legend: '{{box}} {{proxy}} waiting' },
    ],
    when: ({ kinds }) => kinds.has('lb') || kinds.has('router'),
  },
  {
    title: 'Load balancer: refused requests and connections of single clients, per second',
    about:
      'Beyond the limits of one address at the published port: requests get 429, connections are closed.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (box) (${perSecond('haproxy_frontend_requests_denied_total{proxy="site"}')})`,
        legend: '{{box}} requests',
      },
      {
        expr: `sum by (box) (${perSecond('haproxy_frontend_denied_connections_total{proxy="site"}')})`,
        legend: '{{box}} connections',
      },
    ],
    when: ({ kinds }) => kinds.has('lb') || kinds.has('router'),
  },
  {
    title: 'Load balancer: answers per second, by status',
    about: 'What visitors got, also where no app could answer.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (box, code) (${perSecond('haproxy_frontend_http_responses_total{proxy="site"}')})`,
        legend: '{{box}} {{code}}',
      },
    ],
    when: ({ kinds }) => kinds.has('lb') || kinds.has('router'),
  },
];
