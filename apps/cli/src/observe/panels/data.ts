import { type Panel, perSecond } from './panel.ts';

const CACHE = 'tickets_cache_reads_total';

/** Where answers come from: pools, replicas, cache, edges, the other region. */
export const DATA: readonly Panel[] = [
  {
    title: 'Requests that wait for a database connection',
    about:
      'Looked at every five seconds: a wait in between is not seen. Waiting here means the database is behind.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (box, database) (tickets_pool_connections{state="waiting"})',
        legend: '{{box}} for {{database}}',
      },
    ],
  },
  {
    title: 'Database connections in use',
    about: 'By app and database.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (box, database) (tickets_pool_connections{state="in-use"})',
        legend: '{{box}} to {{database}}',
      },
    ],
  },
  {
    title: 'Reads per second, by the database that answered',
    about: 'Replicas take what the primary need not answer.',
    unit: 'reqps',
    queries: [
      { expr: `sum by (target) (${perSecond('tickets_database_reads_total')})`, legend: '{{target}}' },
    ],
    when: ({ kinds }) => kinds.has('replica'),
  },
  {
    title: 'How far the replicas are behind',
    about: 'The worst that an app saw. One that is too far behind gets no reads until it has caught up.',
    unit: 's',
    queries: [{ expr: 'max by (replica) (tickets_replica_lag_seconds)', legend: '{{replica}}' }],
    when: ({ kinds }) => kinds.has('replica'),
  },
  {
    title: 'Cache: share of reads that it answered',
    about:
      'Stale ones were answered while somebody renewed them. Reads that went past it on purpose do not count.',
    unit: 'percentunit',
    line: 1,
    queries: [
      {
        expr: `sum(${perSecond(`${CACHE}{outcome=~"hit|stale"}`)}) / sum(${perSecond(`${CACHE}{outcome!="bypass"}`)})`,
        legend: 'hits',
      },
    ],
    when: ({ kinds }) => kinds.has('cache'),
  },
  {
    title: 'Cache: reads per second, by what it did for them',
    about: 'A bypass is a client that must see its own sale, or a cache that is given a rest.',
    unit: 'reqps',
    queries: [
      { expr: `sum by (outcome) (${perSecond(CACHE)})`, legend: '{{outcome}}' },
      { expr: 'max by (box) (tickets_cache_breaker_open)', legend: '{{box}} does without it' },
    ],
    when: ({ kinds }) => kinds.has('cache'),
  },
  {
    title: 'Files that no edge had, per second',
    about: 'What still reached the origin. Nearly nothing, once the edges are warm.',
    unit: 'reqps',
    queries: [{ expr: `sum by (box) (${perSecond('tickets_files_total')})`, legend: '{{box}}' }],
    when: ({ kinds }) => kinds.has('edge'),
  },
  {
    title: 'Bytes of such files, per second',
    about: 'What the origin still sent.',
    unit: 'Bps',
    queries: [{ expr: `sum by (box) (${perSecond('tickets_file_bytes_total')})`, legend: '{{box}}' }],
    when: ({ kinds }) => kinds.has('edge'),
  },
  {
    title: 'Writes to the region that decides, per second',
    about: 'Refused ones were never sent; of unknown ones nobody heard the answer.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (box, outcome) (${perSecond('tickets_home_writes_total')})`,
        legend: '{{box}} {{outcome}}',
      },
    ],
    when: ({ kinds }) => kinds.has('router'),
  },
];
