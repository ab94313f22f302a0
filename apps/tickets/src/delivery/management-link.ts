import type { Reservation } from '../ports.ts';

/**
 * Where a buyer reads, prints and cancels a reservation. The management token is in the fragment, which browsers send to no
 * server, so no log on the way has it.
 */
export function managementLink({ id, token }: Pick<Reservation, 'id' | 'token'>, siteUrl: string): string {
  return `${siteUrl}/#/reservations/${id}/${token}`;
}
