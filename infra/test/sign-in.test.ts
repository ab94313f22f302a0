import { describe, expect, it } from 'vitest';
import { STACKS, type Stack } from './stacks.ts';

interface Container {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

const WITH_BROKER = STACKS.filter(({ of }) => of('aws_msk_serverless_cluster').length > 0);

/** The boxes that are told where the broker is, with what else they are told. */
function clients({ of }: Stack): { box: string; told: Record<string, string> }[] {
  return of('aws_ecs_task_definition')
    .flatMap(({ is }) => JSON.parse(String(is.container_definitions)) as Container[])
    .map(({ name, environment }) => ({
      box: name,
      told: Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    }))
    .filter(({ told }) => told.BROKERS !== undefined);
}

/** What a box's program may do with the broker, by what it may do it to: the cluster, a topic or a group. */
function rights({ of }: Stack, box: string): Record<string, string[]> {
  const own = of('aws_iam_role_policy').find(({ is }) =>
    String(is.role).includes(`_${box}_service_task_runs_`),
  );
  const { Statement } = JSON.parse(String(own?.is.policy)) as {
    Statement: { Action: string[]; Resource: string[] }[];
  };
  return Object.fromEntries(
    Statement.filter(({ Action }) => Action.every((action) => action.startsWith('kafka-cluster:'))).map(
      ({ Action, Resource }) => [Resource.join(' '), Action],
    ),
  );
}

it('there are brokers in stages 8 and 9', () => {
  expect(WITH_BROKER.map(({ name }) => name).sort()).toEqual([
    'dev-8',
    'dev-9',
    'prod-8',
    'prod-9',
    'staging-8',
    'staging-9',
  ]);
});

describe.each(WITH_BROKER)('$name', (stack) => {
  it('whoever is told of the broker is told to sign in, and may do what it does there', () => {
    const found = clients(stack);
    expect(found.map(({ box }) => box).sort()).toEqual(['relay', 'worker']);
    for (const { box, told } of found) {
      expect(told.BROKERS).toContain('bootstrap_brokers_sasl_iam');
      expect(told.BROKERS_IAM_REGION).toBe('us-east-1');
      const may = rights(stack, box);
      const cluster = Object.entries(may).find(([what]) => what.includes('aws_msk_serverless_cluster'))?.[1];
      expect(cluster).toEqual([
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeCluster',
        'kafka-cluster:WriteDataIdempotently',
      ]);
      expect(Object.values(may).flat()).toEqual(
        expect.arrayContaining([
          'kafka-cluster:WriteData',
          'kafka-cluster:ReadData',
          'kafka-cluster:AlterGroup',
        ]),
      );
    }
  });
});
