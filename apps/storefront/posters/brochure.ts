import { PDFDocument } from 'pdf-lib';
import { ACTS } from '../../tickets/src/seed/acts.ts';
import { addPosterPage } from './pdf-page.ts';
import { poster } from './poster.ts';
import { SHEET } from './style.ts';

/**
 * The season's brochure: a page for each act, its poster as vectors; about a megabyte. Readers fetch the pages that they
 * show, in ranges. The same acts give the same bytes.
 */
export async function brochure(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle('Row A: the season');
  for (const act of ACTS) addPosterPage(pdf, poster(act), SHEET);
  return pdf.save({ useObjectStreams: false, objectsPerTick: Number.POSITIVE_INFINITY });
}
