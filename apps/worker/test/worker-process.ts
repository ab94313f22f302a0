import { environment, mailer, pool, postgres } from '@scaling/tickets';
import { broker, mailTickets } from '../src/index.ts';

/** A worker in a process of its own, for tests that kill it. */
const env = await environment();
const { shows } = postgres(pool(env.databaseUrl, env));
mailTickets({ kafka: broker(env), mailer: mailer(env.smtpUrl), shows }, env);
