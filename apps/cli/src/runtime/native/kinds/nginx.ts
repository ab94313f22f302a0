import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../../../failure.ts';
import type { ComposeService } from '../../../stage/compose-service.ts';
import { type Kind, type LaunchInputs, part, program } from './kind.ts';

const TEMPLATES = '/etc/nginx/templates/';
const SUFFIX = '.template';
const AT_START = '/docker-entrypoint.d/';

/**
 * As the official image's entrypoint does: fills in what is mounted below /etc/nginx/templates, runs what is mounted
 * below /docker-entrypoint.d, then becomes nginx. What lies in memory in Compose (`tmpfs`) is a folder that is emptied
 * at each start.
 */
export const nginx: Kind = {
  images: ['nginx'],
  parts: ['nginx'],
  launch: (inputs) => {
    const { service } = inputs;
    const [name, ...options] = service.command ?? [];
    if (name !== 'nginx')
      throw new Failure(`${inputs.name}: the command must begin with nginx.`, { where: service.where });
    const folder = join(inputs.folder, 'data', inputs.name);
    const here = (word: string): string => inFolder(word, service, folder);
    const environment = {
      ...part(inputs, 'nginx').environment,
      ...Object.fromEntries(Object.entries(inputs.environment).map(([key, value]) => [key, here(value)])),
    };
    const atStart = service.volumes.filter(({ target }) => target.startsWith(AT_START));
    // As root, its workers would take on another user's rights, who cannot read what is root's own.
    const asRoot = inputs.user === null && process.getuid?.() === 0 ? ['-g', 'user root;'] : [];
    return {
      argv: [
        'sh',
        '-c',
        'while [ "$1" != -- ]; do "$1" || exit 1; shift; done; shift; exec "$@"',
        inputs.name,
        ...atStart.map(({ source }) => source).sort(),
        '--',
        program(inputs, 'nginx'),
        ...options.map(here),
        ...asRoot,
      ],
      environment,
      prepare: [{ do: 'fresh-folder', folder, files: filledIn(inputs, environment) }],
    };
  },
};

/** A path in the container's memory, as it is on this machine. */
function inFolder(word: string, service: ComposeService, folder: string): string {
  const inMemory = service.tmpfs.map((mount) => mount.split(':')[0] ?? '');
  const mount = inMemory.find((each) => word === each || word.startsWith(`${each}/`));
  return mount === undefined ? word : folder + word.slice(mount.length);
}

function filledIn(
  { service, name }: LaunchInputs,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const templates = service.volumes.filter(
    ({ target }) => target.startsWith(TEMPLATES) && target.endsWith(SUFFIX),
  );
  if (templates.length === 0)
    throw new Failure(`${name}: no template is mounted below ${TEMPLATES}.`, { where: service.where });
  return Object.fromEntries(
    templates.map(({ source, target }) => [
      basename(target, SUFFIX),
      fillIn(readFileSync(source, 'utf8'), environment),
    ]),
  );
}

/** As envsubst with a list of names does: `$NAME` and `${NAME}` of what is set; nginx's own variables stay. */
function fillIn(template: string, environment: Readonly<Record<string, string>>): string {
  return template.replace(
    /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g,
    (whole, braced: string | undefined, plain: string | undefined) =>
      environment[braced ?? plain ?? ''] ?? whole,
  );
}
