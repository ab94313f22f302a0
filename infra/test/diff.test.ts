import { describe, expect, it } from 'vitest';
import { changesBetween } from '../src/diff/changes.ts';
import { renderDiff } from '../src/diff/render.ts';
import { stack } from './stacks.ts';

const STACK = {
  provider: { aws: [{ region: 'us-east-1' }] },
  resource: {
    aws_vpc: { vpc: { cidr_block: '10.0.0.0/16' } },
    aws_iam_role: { role: { policy: '{"Action":["s3:GetObject"]}' } },
  },
};

function changed(resource: object): string {
  return JSON.stringify({ ...STACK, resource: { ...STACK.resource, ...resource } });
}

describe('a diff', () => {
  it('of the same is nothing', () => {
    const { text } = stack('prod-3');
    expect(changesBetween(text, text)).toEqual([]);
    expect(renderDiff([{ name: 'prod-3', changes: [] }], 'main')).toBe(
      'Nothing would change against main.\n',
    );
  });

  it('names each resource, and the places that differ, also inside a policy', () => {
    const after = changed({
      aws_iam_role: { role: { policy: '{"Action":["s3:PutObject"]}' } },
      aws_subnet: { public: { cidr_block: '10.0.1.0/24' } },
      aws_vpc: {},
    });
    const changes = changesBetween(JSON.stringify(STACK), after);
    expect(changes).toEqual([
      {
        address: 'aws_iam_role.role',
        how: 'changed',
        places: [{ path: 'policy.Action.0', before: '"s3:GetObject"', after: '"s3:PutObject"' }],
      },
      { address: 'aws_subnet.public', how: 'added', places: [] },
      { address: 'aws_vpc.vpc', how: 'removed', places: [] },
    ]);
    const text = renderDiff([{ name: 'prod-3', changes }], 'main');
    expect(text).toContain('1 added, 1 changed, 1 removed');
    expect(text).toContain('policy.Action.0: "s3:GetObject" → "s3:PutObject"');
  });

  it('against what was never synthesised adds everything', () => {
    const changes = changesBetween(null, stack('dev-1').text);
    expect(changes.every(({ how }) => how === 'added')).toBe(true);
    expect(changes.length).toBeGreaterThan(80);
  });
});
