// People who only look: the map of all 500 seats, and nobody buys. What is asked a thousand times is the same.
import { visits } from './lib/play.ts';
import { seatMap } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default visits(seatMap);
