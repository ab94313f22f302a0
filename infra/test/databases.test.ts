import { describe, expect, it } from 'vitest';
import type { Resource } from '../src/cost/resources.ts';
import { readRegions } from '../src/data/regions.ts';
import { STACKS, type Stack } from './stacks.ts';

/** `${aws_db_instance.us_db_instance.arn}` and the like: the instance that is named, and its attribute. */
const INSTANCE = /^\$\{aws_db_instance\.(\w+)\.(\w+)\}$/;

/** Terraform's `replace`: every occurrence. */
function replaced(expression: string, address: string): string {
  const [, from = '', to = ''] =
    /^\$\{replace\(aws_db_instance\.\w+\.address, "([^"]+)", "([^"]+)"\)\}$/.exec(expression) ?? [];
  expect(from).not.toBe('');
  return address.replaceAll(from, to);
}

function localsOf({ text }: Stack): Record<string, unknown> {
  return (JSON.parse(text) as { locals?: Record<string, unknown> }).locals ?? {};
}

const sharded = STACKS.filter((stack) =>
  Object.keys(localsOf(stack)).some((name) => name.endsWith('_numbered')),
);
const copying = STACKS.filter((stack) => replicasOf(stack).length > 0);

function replicasOf(stack: Stack): Resource[] {
  return stack.of('aws_db_instance').filter(({ is }) => is.replicate_source_db !== undefined);
}

describe('the address of the shards', () => {
  it('is made in every environment', () => {
    expect(sharded.map(({ name }) => name)).toEqual(['dev-9', 'staging-9', 'prod-9']);
  });

  it.each(sharded)('$name: differs in the number of the shard alone, in every region', async (stack) => {
    const [first] = stack.of('aws_db_instance').filter(({ name }) => name.endsWith('shard_instance_1'));
    const [expression] = Object.values(localsOf(stack)).filter((value) => String(value).includes('.address'));
    for (const region of Object.keys(await readRegions())) {
      const host = (identifier: unknown): string => `${identifier}.c9akciq32-1.${region}.rds.amazonaws.com`;
      const numbered = replaced(String(expression), host(first?.is.identifier));
      for (const n of [1, 2, 3, 4])
        expect(numbered.replaceAll('{n}', String(n))).toBe(host(`${stack.name}-shard-${n}`));
    }
  });
});

describe('a replica', () => {
  it('is in every environment of the stages that copy', () => {
    expect(new Set(copying.map(({ plan }) => plan.blueprint.stage.number))).toEqual(new Set([4, 5, 6, 7]));
  });

  // RDS refuses subnets for a replica whose source is named by its identifier, and an identifier of another region.
  it.each(copying)('$name: names its source as RDS takes it, and has private subnets', (stack) => {
    const instances = stack.of('aws_db_instance');
    for (const { is } of replicasOf(stack)) {
      const [, source, attribute] = INSTANCE.exec(String(is.replicate_source_db)) ?? [];
      const from = instances.find(({ name }) => name === source);
      const isNear = from?.is.provider === is.provider;
      expect(attribute).toBe(isNear ? 'identifier' : 'arn');
      expect(is.db_subnet_group_name === undefined).toBe(isNear);
      const subnets = isNear ? from?.is.db_subnet_group_name : is.db_subnet_group_name;
      expect(subnets).toMatch(/^\$\{aws_db_subnet_group\./);
    }
  });
});
