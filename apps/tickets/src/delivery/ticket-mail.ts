import type { Reservation, Shows } from '../ports.ts';
import type { Mail } from './mailer.ts';
import { showOf } from './show-of.ts';
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
    headers: { 'X-Reservation': reservation.id, 'X-Kind': 'ticket' },
    attachment: { filename: `ticket-${reservation.id}.pdf`, contentType: 'application/pdf', content: pdf },
  };
}
