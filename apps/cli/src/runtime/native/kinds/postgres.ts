import { join } from 'node:path';
import { Failure } from '../../../failure.ts';
import { ROOT } from '../../../stage/stages.ts';
import { asDatabaseUser } from '../database-user.ts';
import { type Kind, type LaunchInputs, part, program } from './kind.ts';

/**
 * A database, or where `PRIMARY_URL` is set one of several. All start from a copy of one prepared data directory instead
 * of initdb and pg_basebackup: a tenth of a second each, and no quota spent on it.
 */
export const postgres: Kind = {
  images: ['postgres'],
  parts: ['postgres'],
  launch: (inputs) => {
    const { service, environment, template } = inputs;
    const data = dataDirectory(inputs);
    const [name, ...options] = service.command ?? ['postgres'];
    if (name !== 'postgres')
      throw new Failure(`${inputs.name}: the command must begin with postgres.`, { where: service.where });
    const primaryUrl = environment.PRIMARY_URL;
    return {
      argv: asOtherThanRoot(inputs, [
        program(inputs, 'postgres'),
        '-D',
        data,
        ...hostPaths(inputs, options),
        ...accessRules(inputs, options),
        ...listenOn(inputs.address),
        ...synchronous(environment),
      ]),
      environment: part(inputs, 'postgres').environment,
      prepare: [
        primaryUrl
          ? {
              do: 'member',
              template,
              data,
              primaryUrl,
              peers: peersOf(environment),
              slot: environment.REPLICATION_SLOT ?? inputs.name.replaceAll('-', '_'),
            }
          : { do: 'copy-template', template, data },
      ],
    };
  },
};

/** Postgres as somebody else than root: the box's own user, or what a user namespace shows it. */
export function asOtherThanRoot({ user }: LaunchInputs, argv: readonly string[]): readonly string[] {
  return user === null ? asDatabaseUser(argv) : argv;
}

export function dataDirectory(inputs: LaunchInputs): string {
  return join(inputs.folder, 'data', inputs.name);
}

/** No unix socket: its directory would have to be private to each box, and nothing connects through it. */
export function listenOn(address: string): string[] {
  return ['-c', `listen_addresses=${address}`, '-c', 'unix_socket_directories='];
}

/** The template's own file lets only 127.0.0.1 in, where connections come from in a stack that is not isolated. */
export function accessRules({ isolated }: LaunchInputs, options: readonly string[]): string[] {
  if (!isolated || options.some((word) => word.startsWith('hba_file='))) return [];
  return ['-c', `hba_file=${join(ROOT, 'stages/postgres/pg_hba.conf')}`];
}

/** `PEERS`: `NAME=HOST:PORT …`, as `stages/postgres/database.sh` reads it. */
function peersOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const words = (environment.PEERS ?? '').split(' ').filter(Boolean);
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** As `stages/postgres/database.sh` does: the boxes that may confirm a commit, one of which must. */
function synchronous(environment: Readonly<Record<string, string>>): string[] {
  const names = environment.SYNCHRONOUS_STANDBYS ?? '';
  return names === '' ? [] : ['-c', `synchronous_standby_names=${names}`];
}

/** Paths inside the container that compose.yaml mounts, as they are on this machine. */
export function hostPaths(inputs: LaunchInputs, words: readonly string[]): string[] {
  return words.map((word) => {
    const mount = inputs.service.volumes.find(({ target }) => word.endsWith(`=${target}`));
    return mount ? word.replace(mount.target, mount.source) : word;
  });
}
