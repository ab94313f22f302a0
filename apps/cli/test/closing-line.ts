import type { Reporter, TestModule } from 'vitest/node';

/**
 * The run's result as one plain line for people and machines: `12 passed, 0 failed`, and `, 2 skipped` if any. Before it
 * the tests that passed only when they were tried again.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    for (const test of tests.filter((each) => each.diagnostic()?.flaky))
      process.stdout.write(
        `\nPassed at the second try: ${test.fullName} (${test.module.relativeModuleId})\n`,
      );
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const test of tests) count[test.result().state] += 1;
    for (const module of modules) count.failed += suitesBroken(module);
    const skipped = count.skipped + count.pending;
    const line = `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    process.stdout.write(`\n${line}\n`);
  }
}

/** A file that cannot be loaded or a hook that fails counts as one failure, even if none of its tests ran. */
function suitesBroken(module: TestModule): number {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
  return suites + (module.errors().length > 0 ? 1 : 0);
}
