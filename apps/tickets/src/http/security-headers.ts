import type { ServerResponse } from 'node:http';

/*
 * What OWASP's cheat sheets on REST and on HTTP headers ask for. Without Strict-Transport-Security, which browsers ignore
 * without TLS: on AWS the edge adds it.
 */

/** No answer of the interface is a page: a browser that shows one loads nothing for it, and in no frame. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
/** The pages load what the shop itself has. Their forms are sent by scripts alone. */
const PAGE =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
/** What no page of the shop needs. */
const UNUSED = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/** For every answer. Two headers: each costs a little of every request. */
export function protect(res: ServerResponse): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Security-Policy', NO_PAGE);
}

/** For a file of the storefront: no other site loads it. */
export function protectFile(res: ServerResponse): void {
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

/** For a page: also for browsers that do not know frame-ancestors, and without a word to other sites about where it was. */
export function protectPage(res: ServerResponse): void {
  res.setHeader('Content-Security-Policy', PAGE);
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  res.setHeader('Permissions-Policy', UNUSED);
}
