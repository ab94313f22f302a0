import type { ChildProcess } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxState } from '../../runtime.ts';
import type { BoxGroup } from '../limiter/limiter.ts';
import type { BoxPlan } from '../plan.ts';
import { signalQuietly } from '../signal-quietly.ts';
import type { BoxNetwork } from './box-network.ts';
import { lastLines } from './last-lines.ts';
import { giveTo, prepare, prepareAhead } from './prepare.ts';
import { askProbe } from './probe.ts';
import { startProcess } from './start-process.ts';

/**
 * Asked this often until a box is ready for the first time, then at the interval of its health check. One that waits for
 * another box is asked less often after a while: its refusals take processor time from the one that it waits for.
 */
const BOOT_PROBE_MS = { first: 20, later: 100, laterAfter: 2000 };
/** As Docker does: doubled after each failure, forgotten after a while without one. */
const BACKOFF_MS = { first: 100, most: 10_000, forgottenAfter: 10_000 };
/** A box that ends this often before it was ever ready will not get ready. */
const GIVE_UP_AFTER = 3;

/** A paused box is not probed. This often it is looked at whether it still is. */
const PAUSED_LOOK_MS = 20;

/** Node has compiled the hot paths of an app that takes its share of 40 requests/s after about this long. */
const SETTLE_MS = 3000;

const A_LOG_LINE = 4096;

export interface BoxEvents {
  readonly stackFolder: string;
  readonly network: BoxNetwork;
  readonly onState: (box: Box) => void;
}

/** One running box: its process, whether it is ready, and what happens when it ends. */
export class Box {
  readonly plan: BoxPlan;
  readonly log: string;
  state: BoxState = 'exited';
  restarts = 0;
  /** Why it could not be started, once that is certain. */
  failure: string | null = null;
  /** Its quota, in force once it has booted; null: none. */
  cpus: number | null = null;
  private child: ChildProcess | null = null;
  private readonly group: BoxGroup;
  private readonly events: BoxEvents;
  /** Wanted down: by kill, stop or scale; the restart policy leaves it alone. */
  private held = true;
  private paused = false;
  private everReady = false;
  private endsBeforeReady = 0;
  private backoffMs = BACKOFF_MS.first;
  private startedAt = 0;
  private generation = 0;

  constructor(plan: BoxPlan, group: BoxGroup, events: BoxEvents) {
    this.plan = plan;
    this.group = group;
    this.events = events;
    this.log = join(events.stackFolder, 'logs', `${plan.name}.log`);
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** What can be done before the boxes that it depends on are there. A failure here is told when it starts. */
  async prepareAhead(): Promise<void> {
    try {
      for (const step of this.plan.prepare) await prepareAhead(step);
    } catch (error) {
      console.error(`${this.plan.name}: ${(error as Error).message}`);
    }
  }

  /** Start it and return at once; `whenReady` tells how it went on. */
  start(): void {
    this.held = false;
    this.failure = null;
    this.everReady = false;
    this.endsBeforeReady = 0;
    this.backoffMs = BACKOFF_MS.first;
    void this.launch();
  }

  /** @throws Error quoting the box's last log lines when it is not ready by then, or will never be. */
  async whenReady(deadline: number): Promise<void> {
    while (this.state !== 'ready') {
      if (this.failure) throw new Error(this.failure);
      if (this.held && this.state === 'killed')
        throw new Error(`${this.plan.name} was killed while it started`);
      if (Date.now() > deadline)
        throw new Error(`${this.plan.name} was not ready in time. ${this.quoteLog()}`);
      await pause(5);
    }
  }

  /** Has its program been started (ready or not)? */
  get started(): boolean {
    return this.child !== null;
  }

  /** SIGKILL for all of its processes. It stays down until it is started again; its data stays. */
  async kill(): Promise<void> {
    this.held = true;
    this.paused = false;
    this.setState('killed');
    await this.end();
  }

  /** Stop all of its processes (SIGSTOP): it hangs, its connections stay open. */
  async pause(): Promise<void> {
    if (this.pid === null) throw new Error(`${this.plan.name} is not running`);
    this.paused = true;
    this.group.hold(true);
    this.setState('paused');
    // One that was started by a process before that stopped is found the next time.
    for (let known = 0, pids = this.members; pids.length > known; pids = this.members) {
      known = pids.length;
      for (const pid of pids) signalQuietly(pid, 'SIGSTOP');
      await pause(1);
    }
  }

  /** Let a paused box go on. Its probe tells when it is ready again. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    for (const pid of this.members) signalQuietly(pid, 'SIGCONT');
    this.group.hold(false);
    this.setState(this.everReady ? 'unhealthy' : 'starting');
  }

  /** Ask it to end, wait for its grace period, then kill it. */
  async stop(): Promise<void> {
    this.held = true;
    // A stopped process takes no other signal than SIGKILL.
    this.resume();
    if (this.pid !== null) this.signal(this.plan.stopSignal);
    const deadline = Date.now() + this.plan.stopGracePeriodMs;
    while (this.child && Date.now() < deadline) await pause(10);
    await this.end();
    this.setState('exited');
  }

  signal(name: NodeJS.Signals): void {
    if (this.pid === null) throw new Error(`${this.plan.name} is not running`);
    process.kill(this.pid, name);
  }

  /** Its quota from now on. A box that is booting gets it when it has booted: booting is not what is studied. */
  limit(cpus: number | null): void {
    this.cpus = cpus;
    if (this.state !== 'starting') this.group.limitCpu(cpus, this.plan.cpuPeriod);
  }

  /** Ready, a program still compiles what its first requests need: its quota comes back after that. */
  private async limitWhenSettled(generation: number): Promise<void> {
    await pause(SETTLE_MS);
    if (generation === this.generation && this.child) this.limit(this.cpus);
  }

  /** All of its processes. The first one joins the group by itself, a moment after it was started. */
  get members(): number[] {
    const pids = this.group.pids();
    return this.pid === null || pids.includes(this.pid) ? pids : [...pids, this.pid];
  }

  get usage() {
    return this.group.usage();
  }

  /** Put before a command, it runs the command in the box's network. */
  get enter(): readonly string[] {
    return this.events.network.enter(this.plan);
  }

  private get data(): string {
    return join(this.events.stackFolder, 'data', this.plan.name);
  }

  get joinFiles(): readonly string[] {
    return this.group.joinFiles;
  }

  dispose(): void {
    this.group.remove();
  }

  quoteLog(): string {
    const lines = lastLines(this.log, 8);
    if (lines.length > 0) return `Its last words:\n${lines.map((line) => `  ${line}`).join('\n')}`;
    // Nor could it have written why it ended.
    const { bavail, bsize } = statfsSync(this.events.stackFolder);
    return bavail * bsize < A_LOG_LINE ? 'It logged nothing: no space left on device.' : 'It logged nothing.';
  }

  private async launch(): Promise<void> {
    const generation = ++this.generation;
    this.setState('starting');
    try {
      await this.events.network.make(this.plan);
      for (const step of this.plan.prepare) await prepare(step, this.plan.name);
      if (this.plan.user !== null) await giveTo(this.plan.user, this.data);
      this.group.limitMemory(this.plan.memoryBytes);
      this.group.limitCpu(null, this.plan.cpuPeriod);
      if (this.held || generation !== this.generation) return;
      this.spawn();
    } catch (error) {
      this.failure = `${this.plan.name} cannot be started: ${(error as Error).message}`;
      this.setState('exited');
      return;
    }
    await this.watch(generation);
  }

  private spawn(): void {
    this.startedAt = Date.now();
    const child = startProcess(this.plan, {
      argv: this.plan.argv,
      enter: this.enter,
      joinFiles: this.group.joinFiles,
      environment: this.plan.environment,
      log: this.log,
    });
    this.child = child;
    if (child.pid !== undefined) this.group.adopt(child.pid);
    child.once('error', (error) => {
      this.failure = `${this.plan.name} cannot be started: ${error.message}`;
    });
    child.once('exit', () => void this.ended(child));
  }

  private async watch(generation: number): Promise<void> {
    const check = this.plan.healthcheck;
    let failures = 0;
    while (generation === this.generation && this.child) {
      if (this.paused) {
        await pause(PAUSED_LOOK_MS);
        continue;
      }
      const ready = await askProbe(this.plan, check?.timeoutMs ?? 1000);
      if (generation !== this.generation || !this.child) return;
      // Paused while it was probed: the answer is that of before.
      if (this.paused) continue;
      failures = ready ? 0 : failures + 1;
      if (ready) {
        this.everReady = true;
        if (this.state === 'starting') void this.limitWhenSettled(generation);
        this.setState('ready');
      } else if (this.everReady && failures >= (check?.retries ?? 1)) this.setState('unhealthy');
      await pause(this.everReady ? (check?.intervalMs ?? 1000) : this.bootProbeMs());
    }
  }

  private bootProbeMs(): number {
    const { first, later, laterAfter } = BOOT_PROBE_MS;
    return Date.now() - this.startedAt < laterAfter ? first : later;
  }

  private async ended(child: ChildProcess): Promise<void> {
    if (this.child !== child) return;
    this.child = null;
    this.paused = false;
    this.generation++;
    await this.killMembers();
    if (this.held) return;
    this.setState('exited');
    if (this.plan.restart === 'no' || (this.plan.restart === 'on-failure' && child.exitCode === 0)) return;
    if (!this.everReady && ++this.endsBeforeReady >= GIVE_UP_AFTER) {
      this.failure = `${this.plan.name} ended ${this.endsBeforeReady} times before it was ready. ${this.quoteLog()}`;
      return;
    }
    if (Date.now() - this.startedAt > BACKOFF_MS.forgottenAfter) this.backoffMs = BACKOFF_MS.first;
    const wait = this.backoffMs;
    this.backoffMs = Math.min(wait * 2, BACKOFF_MS.most);
    await pause(wait);
    if (this.held || this.child) return;
    this.restarts++;
    await this.launch();
  }

  private async end(): Promise<void> {
    this.generation++;
    const child = this.child;
    await this.killMembers();
    while (child && this.child === child) await pause(2);
  }

  /** Everything in the box goes with its main process, as in a container. */
  private async killMembers(): Promise<void> {
    const deadline = Date.now() + 5000;
    for (let pids = this.members; pids.length > 0 && Date.now() < deadline; pids = this.members) {
      for (const pid of pids) signalQuietly(pid, 'SIGKILL');
      await pause(2);
    }
  }

  private setState(state: BoxState): void {
    if (this.state === state) return;
    this.state = state;
    this.events.onState(this);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
