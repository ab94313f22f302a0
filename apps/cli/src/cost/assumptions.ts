import type { Traffic } from './traffic.ts';

/** What the forecast takes for granted besides its figures. */
const MODEL: readonly string[] = [
  'one vCPU does what one core of the measured machine does, and a large instance as much as its vCPUs together',
  'a request costs each part the processor time that it cost at the last rung of the ladder, whatever the number of users',
  'the mix of requests is the one that shows the stage: two stages with different mixes are not to be compared',
  'what a stage has one of (no `scale`, no replica) can only become larger; what it has several of can become more',
  'by load alone: disks, data that grows, and what a failure takes away are left out',
  'list prices on demand, without discounts, free tiers and the cheaper tiers of large volumes',
];

/** Every assumption of a forecast, in words: figures of the traffic model with their reasons, then the model's own. */
export function assumptionsOf({ assumptions }: Traffic): string[] {
  const figures = Object.entries(assumptions).map(
    ([name, { value, why }]) => `${inWords(name)}: ${value} (${why})`,
  );
  return [...figures, ...MODEL];
}

/** `peakFactor` → `peak factor` */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
