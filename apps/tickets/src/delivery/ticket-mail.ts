import type { Reservation, Show, Shows } from '../ports.ts';
import type { Mail } from './mailer.ts';
import { ticketMessageId } from './ticket-message-id.ts';
import { ticketPdf } from './ticket-pdf.ts';
import { ticketUrl } from './ticket-url.ts';

/** The mail that brings a reservation's ticket. */
export async function ticketMail(reservation: Reservation, shows: Shows, siteUrl: string): Promise<Mail> {
  const show = await showOf(reservation, shows);
  const pdf = await ticketPdf(reservation, show, siteUrl);
  return {
    messageId: ticketMessageId(reservation.id),
    to: { name: reservation.name, address: reservation.email },
    subject: `Your ticket: ${show.title}`,
    text: [
      `Hello ${reservation.name},`,
      '',
      `${reservation.seats.length} × ${show.title}, ${show.venue}, ${show.city}, ${show.startsAt}.`,
      'Your ticket is attached. It is also here:',
      ticketUrl(reservation.id, siteUrl),
    ].join('\n'),
    headers: { 'X-Reservation': reservation.id },
    attachment: { filename: `ticket-${reservation.id}.pdf`, contentType: 'application/pdf', content: pdf },
  };
}

const knownBy = new WeakMap<Shows, Map<number, Show>>();

/** The show a reservation is for. What is printed on a ticket does not change, so each show is asked for once. */
export async function showOf({ showId }: Reservation, shows: Shows): Promise<Show> {
  const known = knownBy.get(shows) ?? new Map<number, Show>();
  knownBy.set(shows, known);
  const remembered = known.get(showId);
  if (remembered !== undefined) return remembered;
  const found = await shows.find(showId);
  if (found === null) throw new Error(`a reservation for show ${showId}, which is gone`);
  const show = JSON.parse(found) as Show;
  known.set(showId, show);
  return show;
}
