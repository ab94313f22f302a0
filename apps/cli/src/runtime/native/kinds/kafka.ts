import { join } from 'node:path';
import { Failure } from '../../../failure.ts';
import { brokerCommand } from '../kafka-command.ts';
import { type Kind, part } from './kind.ts';

/** A broker on a copy of one prepared log directory, with its classes from an archive: a second instead of three. */
export const kafka: Kind = {
  images: ['apache/kafka'],
  parts: ['java', 'kafka'],
  launch: (inputs) => {
    const { service, environment, folder, name, address, broker } = inputs;
    const target = service.command?.[0];
    const settings = service.volumes.find((mount) => mount.target === target)?.source;
    if (settings === undefined)
      throw new Failure(`${name}: the command must name a mounted file of settings.`, {
        where: service.where,
      });
    const log = join(folder, 'data', name);
    const java = part(inputs, 'java');
    return {
      argv: brokerCommand({
        java,
        kafka: part(inputs, 'kafka'),
        settings,
        log,
        address,
        name: environment.BROKER_NAME ?? name,
        machine: ['-Xshare:auto', `-XX:SharedArchiveFile=${join(broker, 'classes.jsa')}`],
      }),
      environment: java.environment,
      prepare: [{ do: 'copy-folder', template: join(broker, 'log'), data: log }],
    };
  },
};
