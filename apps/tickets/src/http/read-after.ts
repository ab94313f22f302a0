import type { Request, Response } from 'express';
import type { ReadNote, ReadOptions } from '../ports.ts';
import { isLsn } from '../stores/lsn.ts';

const COOKIE = 'read_after';
/** By then every replica that may serve has replayed the write. */
const COOKIE_SECONDS = 10;

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
