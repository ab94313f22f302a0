import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** How one file of tests went. A file that cannot be loaded, or a hook that fails, counts as one failure. */
interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

interface RunRecord {
  readonly files: readonly FileResult[];
  /** Failures that belong to no file. */
  readonly errors: number;
}

/**
 * The run's result as one plain line for people and machines: `12 passed, 0 failed`, and `, 2 skipped` if any.
 *
 * A run leaves its record at `TEST_RECORD`; one that runs some of its files again is told by `TEST_RECORD_BEFORE` where
 * that lies, counts what it did not run itself as it was, and names what passed only now.
 */
export class ClosingLine implements Reporter {
  private readonly fail: () => void;

  /** @param fail called when something failed and is not known to have passed since */
  constructor(
    fail = () => {
      process.exitCode = 1;
    },
  ) {
    this.fail = fail;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const { TEST_RECORD: record, TEST_RECORD_BEFORE: before } = process.env;
    const run: RunRecord = { files: modules.map(resultOf), errors: errors.length };
    if (record !== undefined) writeFileSync(record, JSON.stringify(run));
    const first: RunRecord = before === undefined ? run : JSON.parse(readFileSync(before, 'utf8'));
    const skippedAtFirst = new Map(first.files.map(({ file, skipped }) => [file, skipped]));
    // Where too little time was left, tests are skipped that were to be run again: what they were before counts.
    const ranAgain = run.files.filter(
      ({ file, skipped }) => skipped <= (skippedAtFirst.get(file) ?? skipped),
    );
    const again = new Map(ranAgain.map((result) => [result.file, result]));
    for (const { file, failures } of before === undefined ? [] : first.files) {
      const failing = new Set(again.get(file)?.failures ?? failures);
      for (const name of failures.filter((each) => !failing.has(each)))
        process.stdout.write(`\nFailed in the whole run, passed by itself: ${name} (${file})\n`);
    }
    const files = first.files.map((result) => again.get(result.file) ?? result);
    const failed = run.errors + sumOf(files, 'failed');
    if (failed > 0) this.fail();
    process.stdout.write(`\n${line(files, failed)}\n`);
  }
}

function line(files: readonly FileResult[], failed: number): string {
  const skipped = sumOf(files, 'skipped');
  return `${sumOf(files, 'passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function sumOf(files: readonly FileResult[], count: 'passed' | 'failed' | 'skipped'): number {
  return files.reduce((total, file) => total + file[count], 0);
}

function resultOf(module: TestModule): FileResult {
  const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  const failures = [];
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    count[state] += 1;
    if (state === 'failed') failures.push(test.fullName);
  }
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  failures.push(...suites.map((suite) => suite.fullName));
  if (module.errors().length > 0) failures.push('the file itself');
  const { passed, skipped, pending } = count;
  return {
    file: module.relativeModuleId,
    passed,
    failed: failures.length,
    skipped: skipped + pending,
    failures,
  };
}
