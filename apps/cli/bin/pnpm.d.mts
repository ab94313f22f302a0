/** See pnpm.mjs, which is plain JavaScript because the bootstrap needs it before anything is installed. */
export function pnpm(root: string): Promise<string>;
