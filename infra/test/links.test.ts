import { describe, expect, it } from 'vitest';
import { STACKS, stack } from './stacks.ts';

interface Rule {
  readonly tags?: { readonly from: string; readonly to: string };
  readonly from_port: number;
  readonly cidr_ipv4?: string;
  readonly description: string;
}

const INGRESS = 'aws_vpc_security_group_ingress_rule';
const EGRESS = 'aws_vpc_security_group_egress_rule';

function rules(name: string, type: string): Rule[] {
  return stack(name)
    .of(type)
    .map(({ is }) => is as unknown as Rule);
}

function ways(name: string, type: string): string[] {
  return rules(name, type)
    .flatMap(({ tags, from_port: port }) => (tags === undefined ? [] : [`${tags.from} → ${tags.to}:${port}`]))
    .sort();
}

const TWO = ['eu', 'us'];

describe('who reaches whom', () => {
  // Written down by hand, from reading compose.yaml.
  it.each([
    ['prod-1', ['door → single:8080', 'single → mail:465']],
    ['prod-2', ['app → db:5432', 'app → mail:465', 'door → app:8080']],
    ['prod-3', ['app → db:5432', 'app → mail:465', 'lb → app:8080']],
    [
      'prod-5',
      [
        'app → cache:6379',
        'app → db:5432',
        'app → mail:465',
        'app → replica-1:5432',
        'app → replica-2:5432',
        'lb → app:8080',
      ],
    ],
    [
      'prod-7',
      TWO.flatMap((here) => [
        ...TWO.flatMap((there) => [`app-${here} → cache-${there}:6379`, `app-${here} → db-${there}:5432`]),
        `app-${here} → mail:465`,
        `lb-${here} → app-${here}:8080`,
      ]),
    ],
    [
      'prod-8',
      [
        'lb → reservations:8080',
        'lb → shows:8080',
        ...['relay', 'worker'].map((from) => `${from} → broker:9098`),
        ...['relay', 'reservations', 'shows', 'worker'].map((from) => `${from} → mail:465`),
        ...['relay', 'reservations'].map((from) => `${from} → db-reservations:5432`),
        ...['relay', 'shows', 'worker'].map((from) => `${from} → db-shows:5432`),
        ...['reservations', 'shows', 'worker'].map((from) => `${from} → lb:443`),
        ...['reservations', 'shows'].map((from) => `${from} → cache:6379`),
      ],
    ],
  ])('in %s is what compose.yaml says', (name, expected) => {
    expect(ways(name, INGRESS)).toEqual([...expected].sort());
  });

  it.each(STACKS)(
    'in $name is the same at both ends, and along links of compose.yaml only',
    ({ name, plan }) => {
      expect(ways(name, EGRESS)).toEqual(ways(name, INGRESS));
      const links = new Set(plan.blueprint.links.map(({ from, to }) => `${from} ${to}`));
      links.add(`door ${plan.blueprint.facts.entry}`);
      for (const { tags } of rules(name, INGRESS))
        if (tags !== undefined) expect(links).toContain(`${tags.from} ${tags.to}`);
    },
  );

  it.each(STACKS)(
    'in $name is nobody else: services of the provider, and visitors of the entry',
    ({ name }) => {
      const others = [...rules(name, INGRESS), ...rules(name, EGRESS)].filter(
        ({ tags }) => tags === undefined,
      );
      for (const { description, from_port: port } of others) {
        expect(description).toMatch(
          /^(To services of the provider|To the layers of images|From (visitors|the edges|\S+))$/,
        );
        expect(port).toBe(443);
      }
      const open = others.filter(({ cidr_ipv4: cidr }) => cidr !== undefined);
      for (const rule of open)
        expect(rule).toMatchObject({ cidr_ipv4: '0.0.0.0/0', description: 'From visitors' });
    },
  );

  it('past edges is nobody', () => {
    for (const name of ['prod-6', 'prod-7'])
      expect(rules(name, INGRESS).filter(({ cidr_ipv4: cidr }) => cidr === '0.0.0.0/0')).toEqual([]);
  });
});
