import { Failure } from '../failure.ts';

/** @throws Failure when no packets can be dropped between these two boxes, or not this share of them. */
export function refuseImpossibleDrop(a: string, b: string, share: number): void {
  if (a === b) throw new Failure(`There is no network between ${a} and itself.`);
  if (!(share > 0 && share <= 1))
    throw new Failure(`A share of ${share} of the packets cannot be dropped.`, {
      next: 'Use 0 < share ≤ 1.',
    });
}

/** Arguments of iptables: silently drop a share of what arrives from an address. */
export function dropRule(address: string, share: number): string[] {
  const some = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)];
  return ['-A', 'INPUT', '-s', address, ...(share === 1 ? [] : some), '-j', 'DROP'];
}

/** Arguments of iptables: drop nothing of what arrives. */
export const DROP_NOTHING: readonly string[] = ['--flush', 'INPUT'];
