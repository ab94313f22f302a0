import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('shards, on a Docker engine', () => {
  stageCases([9]);
});
