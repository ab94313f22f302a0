import { describe, expect, it } from 'vitest';
import { BEAT_SECONDS } from '../../apps/tickets/src/http/event-streams.ts';
import { httpServer } from '../../apps/tickets/src/server.ts';
import { STACKS } from './stacks.ts';

/** The error codes that CloudFront takes in a custom error response. */
const TAKEN = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
}

const shop = httpServer(() => undefined);

// ECS replaces a task that fails its container's health check or its load balancer's, and knows no readiness.
describe.each(STACKS)('$name', ({ of }) => {
  it('has no health check that fails while a dependency is away', () => {
    const tasks = of('aws_ecs_task_definition');
    expect(tasks.length).toBeGreaterThan(0);
    for (const { is } of tasks)
      for (const { environment, healthCheck } of JSON.parse(
        String(is.container_definitions),
      ) as Container[]) {
        const variables = Object.fromEntries(environment.map(({ name, value }) => [`$$${name}`, value]));
        const asked = healthCheck?.command
          .join(' ')
          .replaceAll(/\$\$?\w+/g, (name) => variables[`$${name}`] ?? variables[name] ?? name);
        expect(asked).toContain('GET /healthz HTTP');
      }
    for (const { is } of of('aws_lb_target_group'))
      expect(is.health_check).toMatchObject({ path: '/healthz' });
  });

  it('closes idle connections before the shop does, and no event stream between two comments', () => {
    for (const { is } of of('aws_lb')) {
      expect(is.idle_timeout).toBeLessThan(shop.keepAliveTimeout / 1000);
      expect(is.idle_timeout).toBeGreaterThan(2 * BEAT_SECONDS);
    }
  });

  it('keeps no error at the edges', () => {
    for (const { is } of of('aws_cloudfront_distribution'))
      expect(is.custom_error_response).toEqual(
        TAKEN.map((error_code) => ({ error_code, error_caching_min_ttl: 0 })),
      );
  });
});
