import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs are looked for. An ordinary user's PATH may lack the folders of ip and iptables. */
export function searchPath(): string[] {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
}

/** Those of the programs that are not installed. */
export function missingPrograms(programs: readonly string[]): string[] {
  return programs.filter((program) => !searchPath().some((folder) => existsSync(join(folder, program))));
}
