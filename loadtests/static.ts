// What a browser fetches around the data: posters of about 60 KB, the storefront's script, a show.
import { play } from './lib/play.ts';
import { poster, script, show } from './lib/steps.ts';

export { handleSummary, options, setup } from './lib/run.ts';

export default play([
  [70, poster],
  [15, script],
  [15, show],
]);
