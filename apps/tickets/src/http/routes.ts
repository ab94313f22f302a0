import type { Express, IRoute, Request, RequestHandler } from 'express';
import type { Operation } from './operation.ts';
import { notFound, Problem } from './problem.ts';

type Method = 'get' | 'post' | 'delete';

/** The parameters in a path of Express: `{ id: string }` for `/shows/:id`. */
type ParametersOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name, string> & ParametersOf<Rest>
  : Path extends `${string}:${infer Name}`
    ? Record<Name, string>
    : Record<never, string>;

/** A route of the public interface. `path` is Express' own: `/shows/:id`. */
export interface Described {
  readonly method: Method;
  readonly path: string;
  readonly operation: Operation;
}

/**
 * The routes of an app. A route can be mounted only together with its description, and `openapi` makes the document of
 * what is mounted: the two cannot disagree.
 */
export interface Routes {
  readonly described: readonly Described[];
  add<Path extends string>(
    method: Method,
    path: Path,
    operation: Operation,
    handler: RequestHandler<ParametersOf<Path>>,
  ): void;
  /** GET that the document leaves out. */
  addUndescribed(path: string, handler: RequestHandler): void;
  /** GET for the shop's own machines, which ask the box itself: whoever comes through a load balancer or an edge gets 404. */
  addInternal(path: string, handler: RequestHandler): void;
  /** Answers every other method of the paths mounted so far: OPTIONS with the methods that there are, the rest with 405. */
  refuseOtherMethods(): void;
}

/** Mounts routes on an app, in the order in which they are added. */
export function routesOf(app: Express): Routes {
  const described: Described[] = [];
  const paths = new Map<string, { readonly route: IRoute; readonly methods: Set<Method> }>();

  function mount(method: Method, path: string, handler: RequestHandler): void {
    const at = paths.get(path) ?? { route: app.route(path), methods: new Set() };
    paths.set(path, at);
    at.methods.add(method);
    at.route[method](handler);
  }

  return {
    described,
    add(method, path, operation, handler) {
      mount(method, path, handler as unknown as RequestHandler);
      described.push({ method, path, operation });
    },
    addUndescribed: (path, handler) => mount('get', path, handler),
    addInternal: (path, handler) => mount('get', path, fromInside(handler)),
    refuseOtherMethods() {
      for (const { route, methods } of paths.values()) route.all(otherMethods([...methods]));
    },
  };
}

/**
 * Whether a request came through a load balancer or an edge, each of which says for whom it asks. A client that says so itself
 * loses only what is not meant for it.
 */
export function isForwarded(req: Pick<Request, 'headers'>): boolean {
  return req.headers['x-forwarded-for'] !== undefined;
}

function fromInside(handler: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (isForwarded(req)) throw notFound('page');
    return handler(req, res, next);
  };
}

function otherMethods(methods: readonly Method[]): RequestHandler {
  const names = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  const allow = [...names, 'OPTIONS'].join(', ');
  return (req, res) => {
    res.setHeader('Allow', allow);
    if (req.method !== 'OPTIONS')
      throw new Problem(405, 'method-not-allowed', `This path takes only ${allow}.`);
    res.statusCode = 204;
    res.end();
  };
}
