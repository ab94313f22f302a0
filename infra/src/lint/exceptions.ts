import { join } from 'node:path';
import { readData } from '@scaling/cli/cost/read-data';
import { ROOT } from '@scaling/cli/stage/stages';
import { z } from 'zod';
import type { Finding } from './finding.ts';

/** Relative to the checkout. */
export const EXCEPTIONS = 'infra/lint/exceptions.yaml';

const pattern = z.string().refine((text) => compiles(text), 'is no regular expression');
const exception = z.strictObject({
  check: z.string().min(1),
  /** Which places; all if not said. */
  where: pattern.optional(),
  /** Which stacks; all if not said. */
  stacks: pattern.optional(),
  why: z.string().min(20, 'say why, in a sentence'),
});

/** A check that may fail somewhere, and why. */
export type Exception = z.infer<typeof exception>;

/** @throws Failure naming an entry that says no reason. */
export async function readExceptions(path = join(ROOT, EXCEPTIONS)): Promise<readonly Exception[]> {
  return readData(path, z.array(exception));
}

/** What is left of findings, and the exceptions that there was nothing to be excepted for. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly excepted: number;
  readonly unneeded: readonly Exception[];
}

/** Hold findings against what may be. */
export function judge(findings: readonly Finding[], exceptions: readonly Exception[]): Judged {
  const left = findings.filter((finding) => !exceptions.some((each) => covers(each, finding)));
  return {
    findings: left,
    excepted: findings.length - left.length,
    unneeded: exceptions.filter((each) => !findings.some((finding) => covers(each, finding))),
  };
}

function covers({ check, where = '', stacks = '' }: Exception, finding: Finding): boolean {
  return (
    check === finding.check && new RegExp(where).test(finding.where) && new RegExp(stacks).test(finding.stack)
  );
}

function compiles(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
