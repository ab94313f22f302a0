import type { RequestListener, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Request } from 'express';
import * as z from 'zod';

interface Answer {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Document {
  /** By path, method and status. */
  readonly paths: Readonly<
    Record<string, Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>
  >;
  readonly components: {
    readonly schemas: object;
    readonly responses: Readonly<Record<string, Answer>>;
  };
}

interface Seen {
  readonly req: Request;
  readonly res: ServerResponse;
  readonly body: Buffer;
}

/** Headers that belong to the connection or to the body, and not to a route. */
const OF_HTTP = /^(date|connection|keep-alive|content-(type|length|encoding)|transfer-encoding)$/;

/** The app, and a function that compares all its answers so far with its document. */
export function documented(app: RequestListener) {
  const seen: Seen[] = [];

  const handler: RequestListener = (req, res) => {
    const parts: Buffer[] = [];
    for (const method of ['write', 'end'] as const) {
      const send = res[method].bind(res) as (...args: unknown[]) => never;
      res[method] = (part?: unknown, ...rest: unknown[]) => {
        if (typeof part === 'string') parts.push(Buffer.from(part, rest[0] as BufferEncoding));
        if (part instanceof Uint8Array) parts.push(Buffer.from(part));
        return send(part, ...rest);
      };
    }
    res.once('finish', () => seen.push({ req: req as Request, res, body: Buffer.concat(parts) }));
    app(req, res);
  };

  return {
    handler,
    async differences(url: string): Promise<string[]> {
      const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
      const found = seen.flatMap((one) => {
        const difference = differenceOf(one, document);
        const { req, res } = one;
        return difference === undefined
          ? []
          : [`${req.method} ${req.originalUrl} ${res.statusCode}: ${difference}`];
      });
      return [...new Set(found)];
    },
  };
}

/** Undefined also where no route answered, or one that the document leaves out. */
function differenceOf({ req, res, body }: Seen, { paths, components }: Document): string | undefined {
  const path = paths[String(req.route?.path).replace(/:(\w+)/g, '{$1}')];
  if (path === undefined) return undefined;
  const operation = path[req.method === 'HEAD' ? 'get' : req.method.toLowerCase()];
  if (operation === undefined) {
    const isRefused = [204, 405].includes(res.statusCode) && res.hasHeader('Allow');
    return isRefused ? undefined : 'this method is not described';
  }
  const answer = referred(operation.responses[res.statusCode], components.responses);
  if (answer === undefined) return 'this status is not described';
  const known = Object.keys(answer.headers ?? {}).map((name) => name.toLowerCase());
  const unknown = res.getHeaderNames().filter((name) => !OF_HTTP.test(name) && !known.includes(name));
  if (unknown.length > 0) return `these headers are not described: ${unknown.join(', ')}`;
  if (body.length === 0) return undefined;
  const [type = ''] = String(res.getHeader('Content-Type')).split(';');
  const content = answer.content?.[type];
  if (content === undefined) return `the content type "${type}" is not described`;
  return type.endsWith('json')
    ? schemaError(content.schema, components.schemas, bodyOf(res, body))
    : undefined;
}

function referred(answer: Answer | undefined, shared: Readonly<Record<string, Answer>>): Answer | undefined {
  return answer?.$ref === undefined ? answer : shared[answer.$ref.split('/').at(-1) ?? ''];
}

function bodyOf(res: ServerResponse, body: Buffer): unknown {
  return JSON.parse((res.getHeader('Content-Encoding') === 'gzip' ? gunzipSync(body) : body).toString());
}

function schemaError(schema: object | undefined, schemas: object, body: unknown): string | undefined {
  const text = JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/');
  const { error } = z.fromJSONSchema(JSON.parse(text)).safeParse(body);
  return error === undefined ? undefined : z.prettifyError(error);
}
