import type { Reservation, Shows } from '../ports.ts';
import type { Mail } from './mailer.ts';
import { managementLink } from './management-link.ts';
import { showOf } from './show-of.ts';
import { ticketMessageId } from './ticket-message-id.ts';
import { ticketNumber } from './ticket-number.ts';
import { ticketPdf } from './ticket-pdf.ts';

/** The mail that brings a reservation's ticket. */
export async function ticketMail(reservation: Reservation, shows: Shows, siteUrl: string): Promise<Mail> {
  const show = await showOf(reservation, shows);
  const pdf = await ticketPdf(reservation, show);
  return {
    messageId: ticketMessageId(reservation.id),
    to: { name: reservation.name, address: reservation.email },
    subject: `Your ticket: ${show.title}`,
    text: [
      `Hello ${reservation.name},`,
      '',
      `${reservation.seats.length} × ${show.title}, ${show.venue}, ${show.city}, ${show.startsAt}.`,
      'Your ticket is attached.',
      ...(reservation.token === '' ? [] : linkLines(managementLink(reservation, siteUrl))),
    ].join('\n'),
    headers: { 'X-Reservation': reservation.id, 'X-Kind': 'ticket' },
    attachment: {
      filename: `ticket-${ticketNumber(reservation.id)}.pdf`,
      contentType: 'application/pdf',
      content: pdf,
    },
  };
}

function linkLines(link: string): readonly string[] {
  return [
    'To print it again, or to cancel:',
    link,
    'This link opens your reservation. Show others only the ticket.',
  ];
}
