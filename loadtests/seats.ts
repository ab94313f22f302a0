// People choosing seats: the map of all 500 seats, again and again, and a reservation now and then.
import { play } from './lib/play.ts';
import { reserve, seatMap } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default play([
  [96, seatMap],
  [4, reserve],
]);
