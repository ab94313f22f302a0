import { mailServerRefuses } from './metrics.ts';

/** So many refusals in a row are believed to be the mails' own fault; after that one in each `DOUBT_MS` is. */
const BELIEVED = 5;
const DOUBT_MS = 15 * 60_000;
const SHUT_MS = { first: 1000, most: 30_000 };

/** The mail server refuses whoever comes, or seems to. Nothing was sent. */
export class MailServerRefuses extends Error {
  override readonly name = 'MailServerRefuses';
}

/**
 * What this worker's attempts have learnt of the mail server together. While it refuses every mail, it is asked ever more
 * rarely, for all partitions at once, and its refusals put nothing aside: a relay that is set up wrong would empty the
 * queue into the dead letters.
 *
 * @param now milliseconds, for tests
 */
export function mailGate(now: () => number = () => performance.now()) {
  let pause = SHUT_MS.first;
  let shutUntil = Number.NEGATIVE_INFINITY;
  let inARow = 0;
  let believedAt = Number.NEGATIVE_INFINITY;

  return {
    /** @throws MailServerRefuses while the server is left alone */
    enter(): void {
      if (now() < shutUntil)
        throw new MailServerRefuses('the mail server refuses every mail: it is left alone');
    },
    /** It took a mail. */
    took(): void {
      pause = SHUT_MS.first;
      inARow = 0;
      mailServerRefuses.set(0);
    },
    /** It refused whoever comes. */
    refusedAll(): void {
      shutUntil = now() + pause;
      pause = Math.min(pause * 2, SHUT_MS.most);
      mailServerRefuses.set(1);
    },
    /**
     * It refused one mail for good. Returns whether that is the mail's own fault. Refusals without a mail taken in between
     * may be the server's: they are doubted, but for one now and then, so that no partition waits forever.
     */
    isBelieved(): boolean {
      inARow += 1;
      const believed = inARow <= BELIEVED || now() - believedAt >= DOUBT_MS;
      if (believed) believedAt = now();
      else mailServerRefuses.set(1);
      return believed;
    },
  };
}
