import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { delivered } from '../metrics.ts';
import type { Delivery, Shows } from '../ports.ts';
import type { Mailer } from './mailer.ts';

/**
 * Renders the ticket and mails it while the buyer waits; does nothing for who collects it at the box office. A mail that
 * cannot be sent does not undo the sale: it is logged and counted, and the buyer still gets the ticket from the site.
 */
export function inlineDelivery(mailer: Mailer, shows: Shows, env: Pick<Environment, 'siteUrl'>): Delivery {
  return {
    async deliver(reservation, announced) {
      if (reservation.ticket !== 'mail') return;
      await announced;
      const started = performance.now();
      try {
        // Loaded with the first sale: an instance that has just started serves sooner without.
        const { ticketMail } = await import('./ticket-mail.ts');
        await mailer.send(await ticketMail(reservation, shows, env.siteUrl));
        delivered('sent', (performance.now() - started) / 1000);
      } catch (error) {
        delivered('failed', (performance.now() - started) / 1000);
        log.error({ err: error, reservation: reservation.id }, 'a ticket was not mailed');
      }
    },
  };
}
