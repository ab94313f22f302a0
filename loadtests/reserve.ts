// Nothing but writes: everybody reserves four seats, and the tickets are collected at the box office.
import { visits } from './lib/play.ts';
import { reserveFour } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default visits(reserveFour);
