import type { Box, StackState } from '../../src/runtime/runtime.ts';

/** A box of a stack that exists only in a test. */
export function box(name: string, kind: string, cpus: number | null): Box {
  const service = name.replace(/-\d+$/, '');
  return { name, service, kind, state: 'ready', address: '127.0.0.1', cpus, restarts: 0, pid: 100 };
}

/** A stack that exists only in a test. */
export function stackState(boxes: readonly Box[], stage = 4): StackState {
  return {
    stage,
    slot: 0,
    runtime: 'native',
    limiter: 'cgroup-v2',
    readyMs: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    site: 'http://127.0.0.1:1',
    entry: 'http://127.0.0.1:1',
    mail: 'http://127.0.0.1:1',
    boxes,
  };
}
