import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('a cache and edges, on a Docker engine', () => {
  stageCases([5, 6]);
});
