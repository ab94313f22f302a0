import { expect, it } from 'vitest';
import { boxName, nameOf } from '../src/box-name.ts';

it.each([
  ['scaling-3-app-2.scaling-3_default', 'app-2'],
  ['scaling-4-replica-1-1.scaling-4_default', 'replica-1-1'],
  ['my_shop-app-1.my_shop_default', 'app-1'],
  ['ip-10-0-0-7.ec2.internal', undefined],
  ['localhost', undefined],
])('the container %s is the box %s', (container, name) => {
  expect(nameOf(container)).toBe(name);
});

it('takes the name it is given, and numbers clones', async () => {
  expect(await boxName('app-1', undefined)).toBe('app-1');
  expect(await boxName('single', 2)).toBe('single/2');
});
