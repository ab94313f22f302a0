import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ReadNote, ReadOptions } from '../ports.ts';
import { isLsn } from '../stores/lsn.ts';
import { header } from './operation.ts';

const COOKIE = 'read_after';
/** By then every replica that may serve has replayed the write. */
const COOKIE_SECONDS = 10;

const token = z.string().optional();

/** Where a client hands in the token of its last write. A stage with one database ignores it, and so do all what is no token. */
export const READ_AFTER = {
  header: z.object({
    'X-Read-After': token.meta({ description: 'The token of a write that the answer must include' }),
  }),
  cookie: z.object({ [COOKIE]: token.meta({ description: 'The same token, as the shop set it' }) }),
};

/** The headers of an answer to a write, in a stage with several copies of the data. */
export const WRITTEN = {
  ...header('X-Read-After', 'The token for reads that must include this write'),
  ...header('Set-Cookie', 'The same token, for ten seconds'),
};

/** The token that the client got with its last write, from the header or the cookie, and room for a note. */
export function readOptions(req: Request): ReadOptions & { readonly note: ReadNote } {
  const { cookie } = req.headers;
  const header = req.headers['x-read-after'];
  if (cookie === undefined && header === undefined) return { note: {} };
  const token = typeof header === 'string' ? header : cookieValue(cookie ?? '');
  return token !== undefined && isLsn(token) ? { after: token, note: {} } : { note: {} };
}

function cookieValue(cookies: string): string | undefined {
  return /(?:^|;\s*)read_after=([^;]*)/.exec(cookies)?.[1]?.replace('%2F', '/');
}

/** Hands the client the token of what it has just written. */
export function giveToken(res: Response, position: string | undefined): void {
  if (position === undefined) return;
  res.setHeader('X-Read-After', position);
  res.setHeader(
    'Set-Cookie',
    `${COOKIE}=${position}; Max-Age=${COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax`,
  );
}
