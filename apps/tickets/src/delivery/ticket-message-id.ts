/** A reservation's mail has one name for ever, by which a mail server can be asked whether it has it. */
export function ticketMessageId(reservationId: string): string {
  return `<ticket-${reservationId}@scaling.example>`;
}
