import { type PartName, provideParts } from '../../src/parts/index.ts';

/** `provide-real.ts NAME…`: provide real parts in a process, and a user, of their own. */
const parts = await provideParts(process.argv.slice(2) as PartName[], {
  onProgress: (name, text) => console.error(`${name}: ${text}`),
});
console.log(JSON.stringify(parts));
