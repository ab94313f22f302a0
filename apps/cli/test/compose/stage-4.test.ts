import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('replicas, on a Docker engine', () => {
  stageCases([4]);
});
