import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../../failure.ts';
import { DROP_NOTHING, dropRule, refuseImpossibleDrop } from '../../drop-packets.ts';
import type { BoxPlan, StackPlan } from '../plan.ts';

const run = promisify(execFile);

/** The network of a stack's boxes: a namespace for each when the stack is isolated, else this process's own. */
export class BoxNetwork {
  private readonly plan: StackPlan;
  private readonly made = new Map<string, Promise<void>>();
  /** Boxes whose packet filter has rules. */
  private readonly filtered = new Set<BoxPlan>();

  constructor(plan: StackPlan) {
    this.plan = plan;
  }

  /** Make what a box needs to listen on its address; once, at its first start. */
  make(box: BoxPlan): Promise<void> {
    const made = this.made.get(box.name) ?? this.makeOnce(box);
    this.made.set(box.name, made);
    return made;
  }

  /** The address that this process itself listens on. */
  async makeAddress(address: string): Promise<void> {
    if (process.env.SCALING_NETWORK?.startsWith('bridged') === true)
      await run('ip', ['address', 'replace', `${address}/32`, 'dev', 'lo']);
  }

  /** Put before a command, it runs the command in the network of a box. */
  enter(box: BoxPlan): string[] {
    return this.isIsolated(box) ? ['nsenter', `--net=${this.fileOf(box)}`, '--'] : [];
  }

  /**
   * Drop a share of the packets between two boxes, silently: each box drops what arrives from the other.
   *
   * @param share more than 0, at most 1
   * @param oneWay only those that `a` sends
   */
  async drop(a: BoxPlan, b: BoxPlan, share: number, oneWay: boolean): Promise<void> {
    for (const box of [a, b]) this.mustBeIsolated(box);
    refuseImpossibleDrop(a.name, b.name, share);
    await this.dropFrom(b, a, share);
    if (!oneWay) await this.dropFrom(a, b, share);
  }

  /** Stop dropping packets, between all boxes. */
  async undrop(): Promise<void> {
    await Promise.all(
      [...this.filtered].map(async (box) => {
        await this.filter(box, DROP_NOTHING);
        this.filtered.delete(box);
      }),
    );
  }

  private async dropFrom(box: BoxPlan, peer: BoxPlan, share: number): Promise<void> {
    await this.make(box);
    this.filtered.add(box);
    await this.filter(box, dropRule(peer.address, share));
  }

  private async filter(box: BoxPlan, rule: readonly string[]): Promise<void> {
    const [command = '', ...args] = [...this.enter(box), 'iptables', '--wait', ...rule];
    // An ordinary user cannot write to the usual place of the lock.
    const env = { ...process.env, XTABLES_LOCKFILE: join(this.plan.folder, 'net', 'xtables.lock') };
    await run(command, args, { env });
  }

  private async makeOnce(box: BoxPlan): Promise<void> {
    if (!this.isIsolated(box)) return this.makeAddress(box.address);
    const { stage, slot, boxes, scripts } = this.plan;
    const link = `s${stage}-${slot}-${boxes.indexOf(box)}`;
    await run('bash', [join(scripts, 'box-network.sh'), this.fileOf(box), link, box.address]);
  }

  private mustBeIsolated(box: BoxPlan): void {
    if (this.isIsolated(box)) return;
    const why = box.job ? 'it makes the load' : 'the stack was started without `isolated`';
    throw new Failure(`${box.name} has no network of its own: ${why}.`, { where: box.name });
  }

  private isIsolated(box: BoxPlan): boolean {
    return this.plan.isolated && !box.job;
  }

  private fileOf(box: BoxPlan): string {
    return join(this.plan.folder, 'net', box.name);
  }
}
