import type { FinalState } from './final-state.ts';
import type { Violation } from './violation.ts';

/** How many mails each reservation got: tickets, and notices that a ticket is void. */
export interface MailCounts {
  readonly deliveries: Readonly<Record<string, number>>;
  readonly cancellations: Readonly<Record<string, number>>;
}

/**
 * P7 of a stage with a queue that has drained: a reservation that stands got its ticket once if its buyer wanted it by mail. A
 * cancelled one may have got its ticket before; then it got one notice. Nobody else got a mail.
 */
export function ticketsArriveOnce({ state, mails }: { state: FinalState; mails: MailCounts }): Violation[] {
  return state.reservations.flatMap(({ id, ticket, status }) => {
    const tickets = mails.deliveries[id] ?? 0;
    const notices = mails.cancellations[id] ?? 0;
    const isMailed = ticket === 'mail';
    const isRight =
      isMailed && status === 'cancelled'
        ? tickets <= 1 && notices === tickets
        : tickets === (isMailed ? 1 : 0) && notices === 0;
    if (isRight) return [];
    const what = `reservation ${id} (${ticket}, ${status}) got ${tickets} tickets and ${notices} notices by mail`;
    return [{ promise: 'P7', what, operations: [] }];
  });
}
