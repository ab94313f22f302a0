/** See bundle.mjs, which is plain JavaScript because it is what makes TypeScript run. */
export function bundle(entry: string): Promise<string>;
