// An ordinary day: most people look around, some look for seats, one in ten reserves.
import { play } from './lib/play.ts';
import { list, reserve, seatMap, show } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default play([
  [35, list],
  [40, show],
  [15, seatMap],
  [10, reserve],
]);
