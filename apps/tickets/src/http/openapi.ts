import * as z from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { header, type Operation, problem, RETRY_AFTER } from './operation.ts';
import { withCookie } from './read-after.ts';
import type { Described } from './routes.ts';
import { SECRETS, type Secret } from './secrets.ts';

const DESCRIPTION = `Shows, their seats, and reservations.

Where there is GET there is HEAD. OPTIONS lists the methods of a path, and any other method is answered with 405 and the
same list (\`Allow\`). A request that fails is answered with \`application/problem+json\` (RFC 9457).`;

const OF_EVERY_ANSWER = {
  ...header('X-Request-Id', 'Names the request in the logs: the one that the client sent, or a new one'),
  ...header('X-Served-By', 'The box that answered, after the edge that passed its answer on'),
  ...header('X-Region', 'The region of that box'),
  ...header('X-Client-Region', 'The region that the router chose for the client, where there are several'),
  ...header('X-Cache', 'What a cache did for the answer, where the shop has one'),
  ...header(
    'X-Data-Age',
    'By how many seconds the data may be old, when that is more than two',
    z.coerce.number(),
  ),
  ...header('Cache-Control', 'Who may keep the answer, and for how long'),
  ...header(
    'X-Content-Type-Options',
    'The content is of the type that the answer names',
    z.literal('nosniff'),
  ),
  ...header('Content-Security-Policy', 'No answer is a page'),
};

/** What the app can answer to any request. */
const OF_EVERY_ROUTE: Operation['responses'] = {
  400: problem('The request is not HTTP, or its path cannot be decoded'),
  408: problem('The request took too long to arrive'),
  421: problem('The request names another site as its host'),
  431: problem('The header is larger than 16 kB'),
  500: problem('The shop has a defect'),
  503: problem('The shop cannot answer this now', RETRY_AFTER),
};

/** What load balancers and edges answer by themselves. HAProxy refuses in HTML what it cannot read. */
const OF_EVERY_PROXY: Operation['responses'] = {
  400: { description: 'The request is not HTTP, or its header is too large', content: { 'text/html': {} } },
  408: { description: 'The request took too long to arrive', content: { 'text/html': {} } },
  413: problem('The body is larger than 64 kB'),
  414: problem('The address is longer than 4 kB'),
  429: problem('The client sends more requests than its load balancer takes from one address', RETRY_AFTER),
  502: problem('The shop gave no answer to its load balancer or edge', RETRY_AFTER),
  504: problem('The shop gave no answer to its load balancer in time', RETRY_AFTER),
};

/** Tools know these formats, and do not need their long patterns. */
const WELL_KNOWN_FORMATS = ['uuid', 'date-time'];

export type OpenApi = ReturnType<typeof createDocument>;

/**
 * The interface of an app as OpenAPI 3.1, made of the routes that it has. `proxied`: requests come through load balancers
 * or edges, which have answers of their own. `cookie`: the name of the stack's cookie.
 */
export function openapi(
  routes: readonly Described[],
  { proxied, cookie }: { readonly proxied: boolean; readonly cookie: string },
): OpenApi {
  const others = proxied
    ? { ...OF_EVERY_PROXY, ...withOthers(OF_EVERY_ROUTE, OF_EVERY_PROXY) }
    : OF_EVERY_ROUTE;
  const shared = rendered(others, 'Problem');
  const paths: ZodOpenApiPathsObject = {};
  for (const { method, path, operation } of routes.toSorted(byPath)) {
    const template = path.replace(/:(\w+)/g, '{$1}');
    const responses = { ...shared, ...rendered(withOthers(operation.responses, others)) };
    paths[template] = {
      ...paths[template],
      [method]: { ...operation, requestParams: withCookie(operation.requestParams, cookie), responses },
    };
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'Scaling Tickets', version: '1.0.0', description: DESCRIPTION },
      paths,
      components: { securitySchemes: schemesOf(routes) },
    },
    {
      override: ({ jsonSchema }) => {
        if (WELL_KNOWN_FORMATS.includes(jsonSchema.format ?? '')) delete jsonSchema.pattern;
      },
    },
  );
}

/** The document of two apps that are one shop. */
export function joined(one: OpenApi, other: OpenApi): OpenApi {
  const sections = Object.entries({ ...other.components, ...one.components }).map(([name, section]) => [
    name,
    { ...other.components?.[name as keyof OpenApi['components']], ...section },
  ]);
  return { ...one, paths: { ...one.paths, ...other.paths }, components: Object.fromEntries(sections) };
}

/** How clients show the secrets that these routes need. */
function schemesOf(routes: readonly Described[]) {
  const names = routes.flatMap(({ operation }) =>
    (operation.security ?? []).flatMap(Object.keys),
  ) as Secret[];
  return Object.fromEntries(
    [...new Set(names)].map((name) => [
      name,
      { type: 'http', scheme: 'bearer', description: SECRETS[name] } as const,
    ]),
  );
}

function byPath(one: Described, other: Described): number {
  return one.path.localeCompare(other.path);
}

/** These answers. Where others have the same status, a client can get either. */
function withOthers(answers: Operation['responses'], others: Operation['responses']): Operation['responses'] {
  const entries = Object.entries(answers).map(([status, answer]) => {
    const { content, headers } = others[Number(status)] ?? {};
    const both = { headers: { ...headers, ...answer.headers }, content: { ...content, ...answer.content } };
    return [status, content === undefined ? answer : { ...answer, ...both }];
  });
  return Object.fromEntries(entries);
}

/** Answers with the headers that all of them have. `shared`: the document holds each once, under this name and its status. */
function rendered(answers: Operation['responses'], shared?: string): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { headers, ...rest }]) => [
      status,
      {
        ...rest,
        ...(shared === undefined ? {} : { id: `${shared}${status}` }),
        headers: z.object({ ...OF_EVERY_ANSWER, ...headers }),
      },
    ]),
  );
}
