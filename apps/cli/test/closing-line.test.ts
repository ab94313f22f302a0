import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TestModule } from 'vitest/node';
import { ClosingLine } from './closing-line.ts';

type State = 'passed' | 'failed' | 'skipped';
let folder: string;
let failures = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'closing-line-'));
  failures = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function file(name: string, states: readonly State[]): TestModule {
  const tests = states.map((state, index) => ({ fullName: `test ${index}`, result: () => ({ state }) }));
  const children = { allTests: () => tests, allSuites: () => [] };
  return { relativeModuleId: name, children, errors: () => [] } as unknown as TestModule;
}

/** What is printed after a whole run, and after another one of its second file. */
function said(whole: readonly State[], again: readonly State[]): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  vi.stubEnv('TEST_RECORD', join(folder, 'record'));
  vi.stubEnv('TEST_RECORD_BEFORE', undefined);
  const fail = () => {
    failures += 1;
  };
  new ClosingLine(fail).onTestRunEnd([file('a', ['passed']), file('b', whole)], []);
  text = '';
  failures = 0;
  vi.stubEnv('TEST_RECORD', undefined);
  vi.stubEnv('TEST_RECORD_BEFORE', join(folder, 'record'));
  new ClosingLine(fail).onTestRunEnd([file('b', again)], []);
  return text.trim();
}

it('names what passed when it ran again, and counts it', () => {
  expect(said(['failed', 'passed'], ['passed', 'passed'])).toBe(
    'Failed in the whole run, passed by itself: test 0 (b)\n\n3 passed, 0 failed',
  );
  expect(failures).toBe(0);
});

it('counts what fails again as failed', () => {
  expect(said(['failed', 'passed'], ['failed', 'passed'])).toBe('2 passed, 1 failed');
});

it('does not take what was left out for passed', () => {
  expect(said(['failed', 'passed'], ['skipped', 'skipped'])).toBe('2 passed, 1 failed');
  expect(failures).toBe(1);
});
