import type { Service } from '../data/regions.ts';

/** What is known of a kind of box before anything is built of it. */
interface Kind {
  /** The port by which another box reaches it, where a link does not name one. */
  readonly port: number;
  /** It opens connections itself. Of the others' links the provider takes care: replication, DNS, the way to an origin. */
  readonly dials: boolean;
  /** The port that it is reached by at the provider, where that differs. null: not by an address in the network. */
  readonly portThere?: number | null;
  /** A service that not every region has. */
  readonly service?: Service;
}

/** Every kind that a stage may have here. One that is missing is refused by name. */
export const KINDS = {
  single: { port: 8080, dials: true },
  app: { port: 8080, dials: true },
  worker: { port: 8080, dials: true },
  lb: { port: 8080, dials: true, portThere: 443 },
  db: { port: 5432, dials: false },
  replica: { port: 5432, dials: false },
  cache: { port: 6379, dials: false },
  // IAM's port: MSK Serverless knows no other way to sign in.
  broker: { port: 9092, dials: false, portThere: 9098, service: 'msk-serverless' },
  mail: { port: 1025, dials: false, portThere: 465 },
  edge: { port: 8080, dials: false, portThere: null },
  router: { port: 8080, dials: false, portThere: null },
  link: { port: 8080, dials: false, portThere: null },
} as const satisfies Readonly<Record<string, Kind>>;

/** What a box may be. */
export type KindName = keyof typeof KINDS;

/** What is known of a kind. */
export function kindOf(name: KindName): Kind {
  return KINDS[name];
}
