import express, { type RequestHandler } from 'express';

/** Files below assets/ carry a hash of their content in their name: they never change. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const POSTER = 'public, max-age=3600';
const PAGE = 'no-cache';
const CONTENT_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/** The storefront's built files. */
export function site(publicDir: string): RequestHandler {
  return express.static(publicDir, {
    cacheControl: false,
    dotfiles: 'ignore',
    redirect: false,
    setHeaders(res, path) {
      res.setHeader('X-Content-Type-Options', 'nosniff');
      if (path.endsWith('.html')) {
        res.setHeader('Cache-Control', PAGE);
        res.setHeader('Content-Security-Policy', CONTENT_POLICY);
      } else {
        res.setHeader('Cache-Control', /[\\/]assets[\\/]/.test(path) ? IMMUTABLE : POSTER);
      }
    },
  });
}
