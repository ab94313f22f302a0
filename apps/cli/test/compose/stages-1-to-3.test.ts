import { describeWithEngine } from './gate.ts';
import { stageCases } from './stage-cases.ts';

describeWithEngine('one database, on a Docker engine', () => {
  stageCases([1, 2, 3]);
});
