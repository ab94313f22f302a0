import { appendFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** A mail that was taken: its name, the reservation it is for (empty: none), and its kind: `ticket`, `cancellation`. */
export interface Taken {
  readonly messageId: string;
  readonly reservation: string;
  readonly kind: string;
}

export interface Journal {
  /** Whether what was noted is known again after a crash. */
  readonly keeps: boolean;
  read(): readonly Taken[];
  /** Returns once the operating system has it: it outlives this process. Throws when it cannot be written. */
  note(taken: Taken): void;
}

/** Which mails were taken, a line each in a file of `folder`; without a folder nothing is noted. */
export function journal(folder: string | undefined): Journal {
  if (folder === undefined) return { keeps: false, read: () => [], note: () => undefined };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'taken.tsv');
  return {
    keeps: true,
    read: () => lines(file).map(taken),
    note: ({ messageId, reservation, kind }) =>
      appendFileSync(file, `${messageId}\t${reservation}\t${kind}\n`),
  };
}

function lines(file: string): string[] {
  try {
    const bytes = readFileSync(file);
    // A line that was cut short belongs to a mail whose sender was never told that it was taken.
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) truncateSync(file, whole);
    return bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function taken(line: string): Taken {
  const [messageId = '', reservation = '', kind = 'ticket'] = line.split('\t');
  return { messageId, reservation, kind };
}
