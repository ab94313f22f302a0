import { type Panel, perSecond, type Seen } from './panel.ts';

const hasQueue = ({ kinds }: Seen): boolean => kinds.has('broker');
const hasShards = ({ services }: Seen): boolean => services.has('shard');
const OUTBOX = 'tickets_outbox_published_total';

/** What happens behind a sale: the ticket drawn while the buyer waits, or by the queue; and which shard sold. */
export const SALES: readonly Panel[] = [
  {
    title: 'Drawing and mailing a ticket while the buyer waits: P95',
    about: 'No line means that nobody asked for a mailed ticket lately.',
    unit: 's',
    queries: [
      {
        expr: `histogram_quantile(0.95, sum by (le) (${perSecond('tickets_delivery_duration_seconds_bucket')}))`,
        legend: 'one ticket',
      },
    ],
    when: (stage) => !hasQueue(stage),
  },
  {
    title: 'Messages that wait, by group',
    about: 'Sold, and not mailed or counted yet. It grows while more is sold than the workers can do.',
    unit: 'short',
    queries: [{ expr: 'sum by (group) (tickets_queue_lag)', legend: '{{group}}' }],
    when: hasQueue,
  },
  {
    title: 'Sales and cancellations that the relay has not published yet',
    about:
      'As the relay last found the outbox. While the broker is away it grows on the disk of the database, and nothing is lost; 100,000 stands for more.',
    unit: 'short',
    queries: [{ expr: 'sum by (database) (tickets_outbox_waiting)', legend: '{{database}}' }],
    when: hasQueue,
  },
  {
    title: 'Mails per second, by what the workers did',
    about: 'One mail a sale, however often its event comes.',
    unit: 'cps',
    queries: [{ expr: `sum by (outcome) (${perSecond('tickets_mails_total')})`, legend: '{{outcome}}' }],
    when: hasQueue,
  },
  {
    title: 'Attempts made again, and messages put aside',
    about: 'Those put aside wait for `redrive`, for fourteen days.',
    unit: 'short',
    queries: [
      { expr: 'sum by (group) (tickets_queue_retries_total)', legend: '{{group}} again' },
      { expr: 'sum(tickets_dead_letters_total)', legend: 'put aside' },
      { expr: 'max(tickets_dead_letters_waiting)', legend: 'wait for redrive' },
    ],
    when: hasQueue,
  },
  {
    title: 'How long a message has been tried in vain',
    about: 'What is behind it in its partition waits. A mail server that refuses every mail shows as 1.',
    unit: 's',
    queries: [
      { expr: 'max by (group) (tickets_queue_stuck_seconds)', legend: '{{group}}' },
      { expr: 'max(tickets_mail_server_refuses)', legend: 'the mail server refuses every mail' },
    ],
    when: hasQueue,
  },
  {
    title: 'Sales per second, by shard',
    about: 'As the relay publishes them. Uneven where one shard has the shows that everybody wants.',
    unit: 'cps',
    queries: [{ expr: `sum by (database) (${perSecond(OUTBOX)})`, legend: '{{database}}' }],
    when: hasShards,
  },
  {
    title: 'CPU of each shard, of its quota',
    about: 'The line is the quota. What one database had to do is spread over them.',
    unit: 'percentunit',
    line: 1,
    queries: [
      {
        expr: `sum by (box) (${perSecond('box_cpu_seconds_total{service="shard"}')}) / sum by (box) (box_quota_cores{service="shard"})`,
        legend: '{{box}}',
      },
    ],
    when: hasShards,
  },
];
