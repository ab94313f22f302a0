// A sale has begun: everyone looks, two in a hundred buy, and each ticket is rendered and mailed by the shop itself.
import { play } from './lib/play.ts';
import { buy, list, show } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default play([
  [39, list],
  [59, show],
  [2, buy],
]);
