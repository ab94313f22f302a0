import type { Socket } from 'node:net';

/** The longest address of IPv6, with the end of its line. */
const MAX_BYTES = 46;

/** What a door writes before everything that its client sends: the client's address, as a line. */
export function addressLine(client: Pick<Socket, 'remoteAddress'>): string {
  return `${client.remoteAddress ?? ''}\n`;
}

/**
 * The client's address, which a door wrote first. What the client sent stays in the socket.
 *
 * @throws Error when the connection ends before the line, or does not begin with one
 */
export function readAddress(door: Socket): Promise<string> {
  let read = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      door.off('readable', more).off('close', closed);
      settle();
    };
    const closed = () =>
      finish(() => reject(new Error('the door closed before it said whose connection it is')));
    const more = () => {
      for (let part: Buffer | null = door.read(); part !== null; part = door.read())
        read = Buffer.concat([read, part]);
      const end = read.indexOf('\n');
      if (end > MAX_BYTES || (end < 0 && read.length > MAX_BYTES))
        finish(() => reject(new Error('the door did not say whose connection it is')));
      if (end < 0 || end > MAX_BYTES) return;
      const rest = read.subarray(end + 1);
      finish(() => resolve(read.subarray(0, end).toString('latin1')));
      if (rest.length > 0) door.unshift(rest);
    };
    door.on('readable', more).once('close', closed);
  });
}
