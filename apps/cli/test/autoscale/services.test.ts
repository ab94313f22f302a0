import { expect, it } from 'vitest';
import { scaledServices } from '../../src/autoscale/services.ts';

const app = { kind: 'app' } as const;

it.each([1, 2])('stage %i is told which stage first has a load balancer', async (stage) => {
  await expect(scaledServices(stage, app)).rejects.toMatchObject({
    message: expect.stringContaining('has no load balancer'),
    next: expect.stringContaining('`pnpm stage 3 autoscale`'),
  });
});

it.each([
  [3, ['app']],
  [7, ['app-us', 'app-eu']],
  [8, ['shows', 'reservations']],
])('of stage %i the services whose boxes share requests', async (stage, names) => {
  expect((await scaledServices(stage, app)).toSorted()).toEqual(names.toSorted());
});
