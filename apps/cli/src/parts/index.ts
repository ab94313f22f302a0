export { partsFolder } from './cache.ts';
export type { InstalledPart, PartName } from './part.ts';
export { findPart, providePart, provideParts } from './provide.ts';
export { recipes } from './recipes.ts';
