import { Unavailable } from '../unavailable.ts';

/** So many may wait for each connection: where a statement takes 50 ms, the last of them waits for three seconds. */
const WAITING_PER_CONNECTION = 64;

/** A request was refused before anything was sent: too many others wait for the database already. */
export class Busy extends Unavailable {
  constructor(database: string) {
    super('busy', `More requests wait for ${database} than it can answer in time.`, {
      detail: 'Nothing was done. Try again in a moment.',
    });
  }
}

/** @throws Busy at the limit of a pool of `connections`, of which `waiting` requests wait for one. */
export function refuseToQueue(database: string, connections: number, waiting: number): void {
  if (waiting >= connections * WAITING_PER_CONNECTION) throw new Busy(database);
}
