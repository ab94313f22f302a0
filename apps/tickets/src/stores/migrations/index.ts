import { shop } from './0001-shop.ts';
import { reserve } from './0002-reserve.ts';
import { ticket } from './0003-ticket.ts';
import { showJson } from './0004-show-json.ts';
import { queue } from './0005-queue.ts';
import { housekeeping } from './0006-housekeeping.ts';
import { seatChanges } from './0007-seat-changes.ts';
import { asItIsNow } from './0008-as-it-is-now.ts';
import { owedMails } from './0009-owed-mails.ts';
import { cancelEvents } from './0010-cancel-events.ts';
import { retention } from './0011-retention.ts';
import { saleEnds } from './0012-sale-ends.ts';
import { managementToken } from './0013-management-token.ts';
import { mailedLinks } from './0014-mailed-links.ts';

/** In order; a migration that was released is never changed, only followed. Its number is its place, from 1. */
export const migrations: readonly string[] = [
  shop,
  reserve,
  ticket,
  showJson,
  queue,
  housekeeping,
  seatChanges,
  asItIsNow,
  owedMails,
  cancelEvents,
  retention,
  saleEnds,
  managementToken,
  mailedLinks,
];
