import type { Reservation, Shows } from '../ports.ts';
import type { Mail } from './mailer.ts';
import { showOf } from './show-of.ts';

/** The notice of a cancellation has one name forever, as the ticket's mail has. */
export function cancellationMessageId(reservationId: string): string {
  return `<cancellation-${reservationId}@scaling.example>`;
}

/** The mail that tells a buyer, who has a ticket, that it is no longer valid. */
export async function cancellationMail(reservation: Reservation, shows: Shows): Promise<Mail> {
  const show = await showOf(reservation, shows);
  return {
    messageId: cancellationMessageId(reservation.id),
    to: { name: reservation.name, address: reservation.email },
    subject: `Cancelled: ${show.title}`,
    text: [
      `Hello ${reservation.name},`,
      '',
      `Your reservation of ${reservation.seats.length} × ${show.title}, ${show.venue}, ${show.city}, ${show.startsAt}, is cancelled.`,
      'The ticket that we mailed to you is no longer valid.',
    ].join('\n'),
    headers: { 'X-Reservation': reservation.id, 'X-Kind': 'cancellation' },
  };
}
