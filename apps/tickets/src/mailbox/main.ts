import { environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import { httpServer } from '../server.ts';
import { inbox } from './inbox.ts';
import { journal } from './journal.ts';
import { pages } from './pages.ts';
import { receiver } from './receiver.ts';

/** The mail box: takes the shop's mails by SMTP, keeps the latest in memory and shows them. */
const env = await environment();
const kept = inbox(journal(env.mailDir));
const smtp = receiver(kept);
const server = httpServer(pages(kept));

function stop(): void {
  server.close();
  server.closeAllConnections();
  smtp.close(() => {
    flushLog();
    process.exit(0);
  });
}

function fail(error: Error): void {
  log.fatal({ err: error }, 'the mail box cannot run');
  flushLog();
  process.exit(1);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.on('error', fail);
smtp.once('error', fail);
smtp.listen(env.smtpPort, env.boxAddress);
server.listen(env.port, env.boxAddress, () =>
  log.info({ smtp: env.smtpPort, http: env.port }, 'taking mails'),
);
