import { Failure } from '../../failure.ts';
import type { ComposeFile } from '../../stage/compose-service.ts';
import { startCompose } from './compose-command.ts';
import type { Project } from './project.ts';

export interface LogOptions {
  readonly boxes?: readonly string[];
  readonly follow?: boolean;
  readonly tail?: number;
  readonly signal?: AbortSignal;
}

/** Lines `box | text` of all boxes or of those named (a box, or a service for all its instances). */
export async function* readLogs(project: Project, options: LogOptions): AsyncIterable<string> {
  const wanted = new Set(options.boxes ?? []);
  const services = new Set([...wanted].map((name) => serviceOf(project.file, name)));
  const process = startCompose(
    project,
    [
      'logs',
      '--no-color',
      ...(options.follow ? ['--follow'] : []),
      ...(options.tail === undefined ? [] : ['--tail', String(options.tail)]),
      ...services,
    ],
    { signal: options.signal },
  );
  try {
    for await (const line of process.iterable({ from: 'all' })) {
      const { service, box, text } = parse(project.file, line);
      if (wanted.size > 0 && !wanted.has(box) && !wanted.has(service)) continue;
      yield `${box} | ${text}`;
    }
  } catch (error) {
    // Ending is how a followed log ends.
    if (!options.signal?.aborted) throw error;
  } finally {
    process.kill();
  }
}

/** Compose writes `app-2  | text`, and `db-1  | text` where there is one instance only. */
function parse(file: ComposeFile, line: string): { service: string; box: string; text: string } {
  const [, service = '', number = '', text = ''] = /^(\S+?)-(\d+)\s*\| ?(.*)$/s.exec(line) ?? [
    '',
    '',
    '',
    line,
  ];
  return { service, box: file.services[service]?.scalable ? `${service}-${number}` : service, text };
}

function serviceOf(file: ComposeFile, name: string): string {
  const service = file.services[name] ? name : name.replace(/-\d+$/, '');
  if (file.services[service]) return service;
  throw new Failure(`There is no box "${name}".`, { next: 'See the boxes: `pnpm stage N ps`.' });
}
