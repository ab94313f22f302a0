import { optionsFor } from './options.ts';

export { setup } from './shop.ts';
export { handleSummary } from './summary.ts';

export const options = optionsFor();
