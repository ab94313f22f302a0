import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ReadNote, ReadOptions } from '../ports.ts';
import { isLsn } from '../stores/lsn.ts';
import { header, type Operation } from './operation.ts';

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

/** How clients of one stack hand in the token of their last write, and get it. */
export interface ReadAfter {
  /** The name of the stack's cookie. */
  readonly cookie: string;
  /** The token that the client got with its last write, from the header or the cookie, and room for a note. */
  optionsOf(req: Request): ReadOptions & { readonly note: ReadNote };
  /** Hands the client the token of what it has just written. */
  give(res: Response, position: string | undefined): void;
}

/**
 * The cookie has the site's port in its name: browsers send the cookies of localhost to all ports, so stages that run beside
 * each other would get each other's tokens.
 */
export function readAfter({ siteUrl }: { readonly siteUrl: string }): ReadAfter {
  const { port } = new URL(siteUrl);
  const cookie = port === '' ? COOKIE : `${COOKIE}_${port}`;
  const pattern = new RegExp(`(?:^|;\\s*)${cookie}=([^;]*)`);

  return {
    cookie,
    optionsOf(req) {
      const { cookie: cookies } = req.headers;
      const shown = req.headers['x-read-after'];
      if (cookies === undefined && shown === undefined) return { note: {} };
      const found = typeof shown === 'string' ? shown : pattern.exec(cookies ?? '')?.[1]?.replace('%2F', '/');
      return found !== undefined && isLsn(found) ? { after: found, note: {} } : { note: {} };
    },
    give(res, position) {
      if (position === undefined) return;
      res.setHeader('X-Read-After', position);
      res.setHeader(
        'Set-Cookie',
        `${cookie}=${position}; Max-Age=${COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax`,
      );
    },
  };
}

/** The same parameters with the name of this stack's cookie. */
export function withCookie(params: Operation['requestParams'], cookie: string): Operation['requestParams'] {
  if (params?.cookie === undefined) return params;
  return { ...params, cookie: z.object({ [cookie]: READ_AFTER.cookie.shape[COOKIE] }) };
}
