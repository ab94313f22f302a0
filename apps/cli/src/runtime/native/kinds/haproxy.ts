import { Failure } from '../../../failure.ts';
import { type Kind, part, program } from './kind.ts';

const CONFIG = '/usr/local/etc/haproxy/haproxy.cfg';

/** As the official image's entrypoint does: master-worker mode, so that SIGUSR2 reloads without a lost connection. */
export const haproxy: Kind = {
  images: ['haproxy'],
  parts: ['haproxy'],
  launch: (inputs) => {
    const config = inputs.service.volumes.find((mount) => mount.target === CONFIG);
    if (!config)
      throw new Failure(`${inputs.name}: no file is mounted at ${CONFIG}.`, { where: inputs.service.where });
    return {
      argv: [program(inputs, 'haproxy'), '-W', '-db', '-f', config.source],
      environment: part(inputs, 'haproxy').environment,
    };
  },
};
