import type { Request } from 'express';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,1024})$/i;

/** What a request shows as `Authorization: Bearer …` (RFC 6750). */
export function bearerOf(req: Request): string | undefined {
  return BEARER.exec(req.headers.authorization ?? '')?.[1];
}
