import type { Report } from './report.ts';

/** `valid` and what that says, or what is void: one sentence at the top of every kind of report. */
export function verdictText({ valid, sections }: Report): string {
  const ofVoid = sections.filter((section) => !section.valid).map(({ stage }) => stage);
  if (!valid || ofVoid.length > 0) {
    if (ofVoid.length === 0) return 'VOID';
    return `VOID: ${ofVoid.length === 1 ? 'stage' : 'stages'} ${ofVoid.join(', ')} of ${sections.length} did not count`;
  }
  const gains = sections.flatMap(({ gain }) => gain ?? []);
  const clear = gains.filter(({ interval }) => interval[0] > 1).length;
  const all = clear === gains.length ? `all ${clear}` : `${clear} of ${gains.length}`;
  const steps = gains.length === 0 ? '' : `; ${all} steps gain more than the measurement is uncertain`;
  return `Valid: ${sections.length === 1 ? 'its one stage counts' : `all ${sections.length} stages count`}${steps}`;
}
