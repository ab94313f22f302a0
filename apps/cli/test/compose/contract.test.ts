import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { runtimeContract } from '../runtime/contract.ts';
import { describeWithEngine } from './gate.ts';

describeWithEngine('the runtimes’ contract', () => {
  runtimeContract('compose', composeRuntime);
});
