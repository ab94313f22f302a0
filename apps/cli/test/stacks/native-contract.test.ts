import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { runtimeContract } from '../runtime/contract.ts';

runtimeContract('native', nativeRuntime, [2, 3]);
