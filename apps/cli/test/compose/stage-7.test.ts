import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('two regions, on a Docker engine', () => {
  stageCases([7]);
});
