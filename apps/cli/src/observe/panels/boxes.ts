import { type Panel, perSecond } from './panel.ts';

const SHARE = `sum by (box) (${perSecond('box_cpu_seconds_total')}) / sum by (box) (box_quota_cores)`;

/** Which box is full: what is looked at first. */
export const BOXES: readonly Panel[] = [
  {
    title: 'Which box is full? CPU of each box, of its quota',
    about:
      'The line is the quota. A box at the line is the bottleneck; more boxes of its kind, or less work for it, help.',
    unit: 'percentunit',
    line: 1,
    queries: [{ expr: SHARE, legend: '{{box}}' }],
  },
  {
    title: 'Which box stands still? Share of periods in which the quota was used up',
    about:
      'A period is 50 ms. A box that is throttled answers late although it seems to have room on average.',
    unit: 'percentunit',
    queries: [
      {
        expr: `sum by (box) (${perSecond('box_cpu_throttled_periods_total')}) / sum by (box) (${perSecond('box_cpu_periods_total')}) and on (box) box_quota_cores`,
        legend: '{{box}}',
      },
    ],
  },
  {
    title: 'Memory of each box',
    about: 'Includes the files that the kernel keeps for it.',
    unit: 'bytes',
    queries: [{ expr: 'sum by (box) (box_memory_bytes)', legend: '{{box}}' }],
  },
  {
    title: 'Boxes that are not ready, and restarts',
    about: 'Zero while all is well. A restart is the restart policy’s; kill and heal are none.',
    unit: 'short',
    queries: [
      { expr: 'sum by (box) (1 - box_ready)', legend: '{{box}} not ready' },
      { expr: 'sum by (box) (box_restarts_total)', legend: '{{box}} restarts' },
    ],
  },
];
