export type Route =
  | { readonly page: 'shows' }
  | { readonly page: 'show'; readonly id: number }
  | { readonly page: 'reservation'; readonly id: string }
  | { readonly page: 'tickets' }
  | { readonly page: 'nowhere' };

/** What a location's hash asks for: `#/shows/3`. */
export function routeOf(hash: string): Route {
  const [first = '', second, ...rest] = hash.replace(/^#?\/?/, '').split('/');
  if (rest.length > 0) return { page: 'nowhere' };
  if (second === undefined) {
    if (first === '' || first === 'shows') return { page: 'shows' };
    return first === 'tickets' ? { page: 'tickets' } : { page: 'nowhere' };
  }
  if (first === 'shows' && /^[1-9]\d{0,9}$/.test(second)) return { page: 'show', id: Number(second) };
  if (first === 'reservations' && /^[\da-f-]{36}$/i.test(second)) return { page: 'reservation', id: second };
  return { page: 'nowhere' };
}
