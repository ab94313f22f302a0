/** A published port on this machine's loopback address, which leads to a stack in a network of its own. */
export interface Door {
  readonly host: string;
  readonly port: number;
  /**
   * Path of the unix socket in which each connection goes on, after a line with the client's address. Such sockets are
   * seen in all networks.
   */
  readonly socket: string;
  /** The site and the mailbox are for all users of the machine; statistics and observers only for the one who started them. */
  readonly isFor: 'everybody' | 'owner';
}

/** What is answered when doors are asked for: a line of JSON. */
export type DoorAnswer =
  | { readonly open: true }
  | { readonly open: false; readonly host: string; readonly port: number; readonly code: string };
