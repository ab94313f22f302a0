import { join } from 'node:path';
import { writeWhole } from '../../write-whole.ts';
import type { Journey } from '../record.ts';
import { renderMarkdown } from './markdown.ts';
import { renderHtml } from './page.ts';
import { type Known, reportOf } from './report.ts';

/** Where the report is, as absolute or relative as the folder it was to be written to. */
export interface Written {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
}

/**
 * Writes `journey.html`, `journey.md` and `journey.json`. Each is written beside its place and then moved there, so that
 * whoever looks meanwhile, or after a crash, finds a whole one: the old or the new.
 */
export async function writeReport(
  journey: Journey,
  { folder, known }: { readonly folder: string; readonly known: ReadonlyMap<number, Known> },
): Promise<Written> {
  const report = reportOf(journey, known);
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeWhole(path, text);
    return path;
  };
  return {
    html: await write('journey.html', renderHtml(report)),
    markdown: await write('journey.md', renderMarkdown(report)),
    json: await write('journey.json', `${JSON.stringify(report, null, 2)}\n`),
  };
}
