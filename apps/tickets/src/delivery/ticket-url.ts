/** Where a reservation's ticket is: in the mail, and in the ticket's own code. */
export function ticketUrl(reservationId: string, siteUrl: string): string {
  return `${siteUrl}/reservations/${reservationId}/ticket.pdf`;
}
