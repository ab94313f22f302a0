export type Route =
  | { readonly page: 'shows' }
  | { readonly page: 'show'; readonly id: number }
  /** `token`: from the link of a mail. */
  | { readonly page: 'reservation'; readonly id: string; readonly token?: string }
  | { readonly page: 'tickets' }
  /** `token`: from a mailed link. */
  | { readonly page: 'my'; readonly token?: string }
  | { readonly page: 'nowhere' };

const UUID = /^[\da-f-]{36}$/i;
const TOKEN = /^[\da-f]{32}$/;
const LINK_TOKEN = /^[\w-]+\.[\w-]+$/;

/** What a location's hash asks for: `#/shows/3`. */
export function routeOf(hash: string): Route {
  const [first = '', second, third, ...rest] = hash.replace(/^#?\/?/, '').split('/');
  if (first === 'reservations' && UUID.test(second ?? '') && TOKEN.test(third ?? '') && rest.length === 0)
    return { page: 'reservation', id: second ?? '', token: third ?? '' };
  if (third !== undefined) return { page: 'nowhere' };
  if (second === undefined) {
    if (first === '' || first === 'shows') return { page: 'shows' };
    if (first === 'my') return { page: 'my' };
    return first === 'tickets' ? { page: 'tickets' } : { page: 'nowhere' };
  }
  if (first === 'shows' && /^[1-9]\d{0,9}$/.test(second)) return { page: 'show', id: Number(second) };
  if (first === 'reservations' && UUID.test(second)) return { page: 'reservation', id: second };
  if (first === 'my' && LINK_TOKEN.test(second)) return { page: 'my', token: second };
  return { page: 'nowhere' };
}
