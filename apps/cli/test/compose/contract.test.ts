import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { runtimeContract } from '../runtime/contract.ts';
import { describeWithEngine } from './gate.ts';

describeWithEngine('the runtimes’ contract', () => {
  // The other stages run there in the files beside this one.
  runtimeContract('compose', composeRuntime, [3]);
});
