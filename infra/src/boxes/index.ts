import type { Build } from '../stack/platform.ts';
import type { KindName } from '../stage/kinds.ts';
import { App } from './app.ts';
import { Broker } from './broker.ts';
import { Cache } from './cache.ts';
import { Database } from './database.ts';
import { Edge } from './edge.ts';
import { RegionLink } from './link.ts';
import { LoadBalancer } from './load-balancer.ts';
import { Mail } from './mail.ts';
import { Replica } from './replica.ts';
import { Router } from './router.ts';
import { Single } from './single.ts';
import { Worker } from './worker.ts';

/** What each kind of box becomes, in the order in which they are built: each finds there whom it names. */
export const BOXES: Readonly<Record<KindName, Build>> = {
  db: Database,
  replica: Replica,
  cache: Cache,
  broker: Broker,
  mail: Mail,
  lb: LoadBalancer,
  single: Single,
  app: App,
  worker: Worker,
  router: Router,
  edge: Edge,
  link: RegionLink,
};
