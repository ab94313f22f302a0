import { describe, expect } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { observedCases } from '../observe/observed-cases.ts';
import { leftovers } from './leftovers.ts';

const STACK = { stage: 5, slot: 5 } as const;

describe('a stage that is observed, natively', () => {
  const gone = () => expect(leftovers(STACK.stage, STACK.slot)).toEqual([]);
  observedCases(nativeRuntime(), { ...STACK, gone });
});
