import { readFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { Failure } from '../failure.ts';
import { interpolate } from './interpolate.ts';

/** A parsed YAML file that still knows its lines, its text interpolated. */
export interface ComposeDocument {
  readonly path: string;
  readonly root: YAMLMap;
  /** `path:line` of a node's start. */
  where(node: unknown): string;
  toJs(node: unknown): unknown;
}

/**
 * Read and interpolate a compose file.
 *
 * @throws Failure naming file and line when it cannot be read or parsed.
 */
export async function readComposeDocument(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ComposeDocument> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new Failure(`This compose file cannot be read: ${cause.message}.`, { where: path, cause });
  });
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines });
  const where = (node: unknown): string => {
    const start = (node as { range?: [number, number, number] } | null)?.range?.[0];
    return start === undefined ? path : `${path}:${lines.linePos(start).line}`;
  };
  const [error] = document.errors;
  if (error) {
    const at = `${path}:${error.linePos?.[0].line ?? 1}`;
    throw new Failure(`Not YAML: ${error.message.split('\n')[0]}`, { where: at, next: 'Mend that line.' });
  }
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string') return;
      try {
        node.value = interpolate(node.value, environment);
      } catch (cause) {
        throw new Failure((cause as Error).message, { where: where(node), cause });
      }
    },
  });
  if (!isMap(document.contents)) throw new Failure('A compose file is a map of keys.', { where: path });
  return {
    path,
    root: document.contents as YAMLMap,
    where,
    toJs: (node) => (node as { toJS(d: Document): unknown } | undefined)?.toJS(document),
  };
}

/**
 * Refuse every key of a map that is not listed, naming its line: a key that is read over silently would make the two
 * runtimes differ. `x-…` keys pass.
 */
export function onlyKeys(
  document: ComposeDocument,
  map: unknown,
  known: readonly string[],
  what: string,
): void {
  if (!isMap(map)) return;
  for (const { key } of map.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    if (known.includes(name) || name.startsWith('x-')) continue;
    throw new Failure(`"${name}" is not a key of ${what} that the native runtime knows.`, {
      where: document.where(key),
      next: 'Remove it, teach the native reader, or run the stage with --runtime compose.',
    });
  }
}
