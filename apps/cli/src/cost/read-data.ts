import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../failure.ts';
import { ROOT } from '../stage/stages.ts';

/** A YAML file of figures, held against its schema. @throws Failure naming the file, and each place that is wrong. */
export async function readData<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const where = relative(ROOT, path);
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new Failure(`These figures cannot be read: ${cause.message}.`, { where, cause });
  });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Failure(`Not YAML: ${error.message.split('\n')[0]}`, { where, cause: error });
  return checked(document.toJS(), schema, where);
}

/** The same for what was read already. `where`: the file, for the message. */
export function checked<T>(data: unknown, schema: z.ZodType<T>, where: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new Failure(wrong.join('; '), { where, next: 'Mend these entries.', cause: result.error });
}
