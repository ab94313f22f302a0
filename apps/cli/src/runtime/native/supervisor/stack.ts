import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:net';
import { Failure } from '../../../failure.ts';
import { boxesServer } from '../../../observe/boxes-server.ts';
import type { Box as BoxView, StackState, UpProgress, Usage } from '../../runtime.ts';
import type { GroupDriver } from '../limiter/limiter.ts';
import type { StackPlan } from '../plan.ts';
import { Box } from './box.ts';
import { BoxNetwork } from './box-network.ts';
import { openDoors } from './doors.ts';
import { publish } from './forward.ts';

/** After `heal` and `restart`, a box gets this long to become ready. */
const HEAL_DEADLINE_MS = 30_000;

/** A running stack: its boxes by name, in the order of compose.yaml. */
export class Stack {
  readonly plan: StackPlan;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly network: BoxNetwork;
  readonly progress = new EventEmitter<{ progress: [UpProgress] }>();
  private readonly driver: GroupDriver;
  private readonly startedAt: number;
  private readonly servers: Server[] = [];
  private readonly active: Set<string>;
  private readyMs = 0;
  private ending: Promise<void> | null = null;

  constructor(plan: StackPlan, driver: GroupDriver, startedAt: number) {
    this.plan = plan;
    this.driver = driver;
    this.startedAt = startedAt;
    this.network = new BoxNetwork(plan);
    this.active = new Set(plan.boxes.filter((box) => box.active).map((box) => box.name));
    const onState = (box: Box): void => {
      const event = {
        step: 'box',
        box: box.plan.name,
        state: box.state,
        afterMs: Date.now() - startedAt,
      } as const;
      this.progress.emit('progress', event);
    };
    const { network } = this;
    this.boxes = new Map(
      plan.boxes.map((each) => {
        const group = driver.group(each.name);
        // A generator that waits for what it measures asks too late, and the boxes look idle.
        if (each.kind === 'load') group.goFirst();
        return [each.name, new Box(each, group, { stackFolder: plan.folder, network, onState })];
      }),
    );
  }

  /** Start every active box in the order of its dependencies; resolves when all are ready. */
  async up(): Promise<void> {
    await Promise.all(this.plan.boxes.filter(({ job }) => job).map((box) => this.network.make(box)));
    for (const forward of this.plan.forwards) this.servers.push(await publish(forward));
    this.servers.push(...(await openDoors(this.plan)));
    await this.tellOfBoxes();
    const deadline = Date.now() + this.plan.deadlineMs;
    // Booting is not what is studied: the quotas come into force when everything is ready.
    await Promise.all(this.activeBoxes().map((box) => this.startInOrder(box, deadline)));
    if (!this.plan.unlimited) for (const box of this.boxes.values()) box.limit(box.plan.cpus);
    this.readyMs = Date.now() - this.startedAt;
  }

  private async tellOfBoxes(): Promise<void> {
    if (this.plan.boxesAt === null) return;
    const server = boxesServer(() => ({ boxes: this.state().boxes, usage: this.usage() }));
    await this.network.makeAddress(this.plan.boxesAt.address);
    server.listen(this.plan.boxesAt.port, this.plan.boxesAt.address);
    await once(server, 'listening');
    this.servers.push(server);
  }

  /** The data is thrown away with the stack, so nothing is waited for. Asked twice, it ends once. */
  down(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    for (const server of this.servers) server.close();
    await Promise.all([...this.boxes.values()].map((box) => box.kill()));
    await removeGroups([
      ...[...this.boxes.values()].map((box) => () => box.dispose()),
      () => this.driver.remove(),
    ]);
  }

  state(): StackState {
    const { plan } = this;
    return {
      stage: plan.stage,
      slot: plan.slot,
      runtime: 'native',
      limiter: plan.limiter,
      readyMs: this.readyMs,
      startedAt: new Date(this.startedAt).toISOString(),
      site: plan.site,
      entry: `http://${this.box(plan.entry.box).plan.address}:${plan.entry.port}`,
      mail: plan.mail,
      boxes: this.activeBoxes().map(view),
    };
  }

  async kill(name: string): Promise<void> {
    await this.activeBox(name).kill();
  }

  async heal(name: string): Promise<void> {
    const box = this.activeBox(name);
    box.resume();
    if (!box.started) box.start();
    await box.whenReady(Date.now() + HEAL_DEADLINE_MS);
  }

  /** Drop a share of the packets between two boxes. */
  async drop(a: string, b: string, share: number, oneWay: boolean): Promise<void> {
    await this.network.drop(this.box(a).plan, this.box(b).plan, share, oneWay);
  }

  async restart(name: string): Promise<void> {
    const box = this.activeBox(name);
    await box.stop();
    box.start();
    await box.whenReady(Date.now() + HEAL_DEADLINE_MS);
  }

  async scale(service: string, count: number): Promise<void> {
    const instances = [...this.boxes.values()].filter((box) => box.plan.service === service && !box.plan.job);
    if (instances.length === 0) throw new Failure(`There is no service "${service}" in this stage.`);
    if (instances.length === 1)
      throw new Failure(`"${service}" runs one box only.`, {
        next: 'A service with "scale" in compose.yaml can be scaled.',
      });
    if (!Number.isInteger(count) || count < 1 || count > instances.length) {
      throw new Failure(`${service} runs 1 to ${instances.length} boxes, not ${count}.`);
    }
    const added = instances.slice(0, count).filter((box) => !this.active.has(box.plan.name));
    const removed = instances.slice(count).filter((box) => this.active.has(box.plan.name));
    await this.add(added);
    await Promise.all(removed.map((box) => box.stop()));
    for (const box of removed) this.active.delete(box.plan.name);
  }

  /** All of them, or none: where one does not get ready, nobody would take the others back. */
  private async add(boxes: readonly Box[]): Promise<void> {
    for (const box of boxes) this.active.add(box.plan.name);
    for (const box of boxes) box.start();
    try {
      await Promise.all(boxes.map((box) => box.whenReady(Date.now() + HEAL_DEADLINE_MS)));
    } catch (error) {
      await Promise.all(boxes.map((box) => box.kill()));
      for (const box of boxes) this.active.delete(box.plan.name);
      throw error;
    }
  }

  limit(name: string, cpus: number | 'file' | null): void {
    const boxes = name === 'all' ? this.activeBoxes() : [this.activeBox(name)];
    for (const box of boxes) box.limit(cpus === 'file' ? box.plan.cpus : cpus);
  }

  usage(): Usage[] {
    return this.activeBoxes().map((box) => ({ box: box.plan.name, kind: box.plan.kind, ...box.usage }));
  }

  /** A box that the stack runs. @throws Failure naming those that there are. */
  activeBox(name: string): Box {
    const box = this.boxes.get(name);
    if (box && this.active.has(name)) return box;
    throw new Failure(`There is no box "${name}" running in stage ${this.plan.stage}.`, {
      next: `Boxes here: ${[...this.active].join(', ')}.`,
    });
  }

  box(name: string): Box {
    const box = this.boxes.get(name);
    if (!box) throw new Failure(`There is no box "${name}" in stage ${this.plan.stage}.`);
    return box;
  }

  activeBoxes(): Box[] {
    return [...this.boxes.values()].filter((box) => this.active.has(box.plan.name));
  }

  private async startInOrder(box: Box, deadline: number): Promise<void> {
    const prepared = box.prepareAhead();
    await Promise.all(
      Object.entries(box.plan.dependsOn).map(async ([service, condition]) => {
        const others = this.activeBoxes().filter((other) => other.plan.service === service);
        await Promise.all(
          others.map((other) =>
            condition === 'service_healthy' ? other.whenReady(deadline) : started(other, deadline),
          ),
        );
      }),
    );
    await prepared;
    if (this.ending) throw new Failure(`Stage ${this.plan.stage} was taken down while it started.`);
    box.start();
    await box.whenReady(deadline);
  }
}

/** The kernel may hold on to a group for a moment after its last process; what stays is the launcher's to remove. */
async function removeGroups(removals: readonly (() => void)[]): Promise<void> {
  const deadline = Date.now() + 1000;
  for (const remove of removals) {
    for (;;) {
      try {
        remove();
        break;
      } catch (error) {
        if (Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
        else {
          console.error(`a control group stays: ${(error as Error).message}`);
          break;
        }
      }
    }
  }
}

async function started(box: Box, deadline: number): Promise<void> {
  while (!box.started) {
    if (box.failure) throw new Error(box.failure);
    if (Date.now() > deadline) throw new Error(`${box.plan.name} was not started in time.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function view(box: Box): BoxView {
  const { name, service, kind, address } = box.plan;
  return {
    name,
    service,
    kind,
    state: box.state,
    address,
    cpus: box.cpus,
    restarts: box.restarts,
    pid: box.pid,
  };
}
