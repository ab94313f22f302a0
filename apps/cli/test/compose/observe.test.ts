import { expect } from 'vitest';
import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { projectName } from '../../src/runtime/native/addresses.ts';
import { observedCases } from '../observe/observed-cases.ts';
import { describeWithEngine } from './gate.ts';
import { leftOf } from './hardening.ts';

const STACK = { stage: 3, slot: 6 } as const;

describeWithEngine('a stage that is observed, on a Docker engine', () => {
  const gone = () => expect(leftOf(projectName(STACK.stage, STACK.slot))).toEqual([]);
  observedCases(composeRuntime(), { ...STACK, gone });
});
