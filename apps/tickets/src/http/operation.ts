import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import * as answers from './answer-schemas.ts';

/** Headers of an answer by name. An answer may lack any of them. */
export type Headers = Readonly<Record<string, z.ZodType>>;

/** A response in OpenAPI's own words, but with its headers as Zod schemas. */
export interface Answer extends Pick<ZodOpenApiResponseObject, 'description' | 'content' | 'links'> {
  readonly headers?: Headers;
}

/**
 * What a method of a path takes, and its answers by status. Left out is what every route can answer: `openapi.ts` adds
 * it.
 */
export interface Operation
  extends Pick<ZodOpenApiOperationObject, 'requestParams' | 'requestBody' | 'security'> {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly responses: Readonly<Record<number, Answer>>;
}

/** An answer in JSON. */
export function json(schema: z.ZodType, description: string, headers: Headers = {}): Answer {
  return { description, headers, content: { 'application/json': { schema } } };
}

/** An answer that says what is wrong (RFC 9457). */
export function problem(description: string, headers: Headers = {}): Answer {
  return { description, headers, content: { 'application/problem+json': { schema: answers.problem } } };
}

/** One header. The document holds it once, under its name. */
export function header(name: string, description: string, schema: z.ZodType = z.string()): Headers {
  return { [name]: schema.optional().meta({ description, header: { id: name } }) };
}

export const AUTHENTICATE = header('WWW-Authenticate', 'How to show the token that is missing');

export const RETRY_AFTER = header('Retry-After', 'Seconds after which to ask again', z.coerce.number().int());
