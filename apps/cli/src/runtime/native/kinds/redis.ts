import { dirname } from 'node:path';
import { Failure } from '../../../failure.ts';
import { type Kind, part, program } from './kind.ts';

/** A cache: nothing on disk. It listens on the box's own address, and inside the box `redis-cli` is found by its name. */
export const redis: Kind = {
  images: ['redis'],
  parts: ['redis'],
  launch: (inputs) => {
    const { service, address } = inputs;
    const [name, ...options] = service.command ?? ['redis-server'];
    if (name !== 'redis-server')
      throw new Failure(`${inputs.name}: the command must begin with redis-server.`, {
        where: service.where,
      });
    const folder = dirname(program(inputs, 'redis', 'redis-cli'));
    return {
      // What is said last counts.
      argv: [program(inputs, 'redis', 'redis-server'), ...options, '--bind', address],
      environment: {
        ...part(inputs, 'redis').environment,
        PATH: `${folder}:${process.env.PATH ?? ''}`,
      },
    };
  },
};
