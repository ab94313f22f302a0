// Each target plays a scenario of its own: the name of one of these functions.
export { default as buy } from '../buy.ts';
export { default as look } from '../look.ts';
export { default as mixed } from '../mixed.ts';
export { default as reserve } from '../reserve.ts';
export { default as sale } from '../sale.ts';
export { default as seats } from '../seats.ts';
export { default as static } from '../static.ts';
export { handleSummary, options, setup } from './run.ts';
