import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('a queue, on a Docker engine', () => {
  stageCases([8]);
});
