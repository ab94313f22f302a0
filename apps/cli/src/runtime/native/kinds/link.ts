import { join } from 'node:path';
import { Failure } from '../../../failure.ts';
import { type Kind, part, program } from './kind.ts';

/** A path with a delay between regions: the script that the image is built with, over this machine's toxiproxy. */
export const link: Kind = {
  images: ['scaling/link'],
  parts: ['toxiproxy'],
  launch: (inputs) => {
    const { service } = inputs;
    if (!service.build)
      throw new Failure(`${service.name}: say where the link is built from.`, { where: service.where });
    return {
      argv: ['bash', join(service.build.context, 'link.sh')],
      environment: {
        ...part(inputs, 'toxiproxy').environment,
        TOXIPROXY: program(inputs, 'toxiproxy', 'toxiproxy-server'),
      },
    };
  },
};
