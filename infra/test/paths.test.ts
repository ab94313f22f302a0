import { describe, expect, it } from 'vitest';
import { parseRouting } from '../src/stage/paths.ts';
import { stack } from './stacks.ts';

const CFG = `
frontend site
  acl selling path_beg /reservations
  acl selling path_reg ^/shows/[^/]+/seats$
  use_backend reservations if selling
  use_backend pages if { path_beg /pages/ }
  default_backend shows

backend reservations
  server reservations-1 "\${RESERVATIONS}-1:8080"
  server reservations-2 "\${RESERVATIONS}-2:8080"

backend shows
  server shows-1 "\${SHOWS}-1:8080"

backend pages
  server shows-1 "\${SHOWS}-1:8080"
  server reservations-1 "\${RESERVATIONS}-1:8080"

frontend stats
  stats enable
`;

describe('how requests are dealt out', () => {
  it('is what haproxy.cfg says', () => {
    expect(parseRouting(CFG, { SHOWS: 'shows', RESERVATIONS: 'reservations' })).toEqual({
      rules: [
        { regex: '^/reservations', services: ['reservations'] },
        { regex: '^/shows/[^/]+/seats$', services: ['reservations'] },
        { regex: '^/pages/', services: ['shows', 'reservations'] },
      ],
      otherwise: ['shows'],
    });
  });

  it('is the same at the provider, visitors and boxes inside alike', () => {
    const rules = stack('prod-8').of('aws_lb_listener_rule');
    const regexes = rules.flatMap(({ is }) =>
      (is.condition as { path_pattern: { regex_values: string[] } }[]).flatMap(
        (each) => each.path_pattern.regex_values,
      ),
    );
    const each = ['^/reservations', '^/shows/[^/]+/(seats|events)$', '^/pages/'];
    expect(regexes.sort()).toEqual([...each, ...each].sort());
  });
});
