import { readFile } from 'node:fs/promises';
import type { ComposeFile } from '@scaling/cli/stage/compose-service';
import type { Box } from './box.ts';

/** Requests whose path is like this go to these services. */
export interface PathRule {
  readonly regex: string;
  readonly services: readonly string[];
}

/** How a load balancer deals out requests. */
export interface Routing {
  /** In order; the first that fits counts. */
  readonly rules: readonly PathRule[];
  /** Who gets the rest. */
  readonly otherwise: readonly string[];
}

const MOUNTED_AT = 'haproxy.cfg';

/** As the load balancer's own haproxy.cfg has it: its frontend `site`, with the services behind each of its backends. */
export async function routingOf(box: Box, file: Pick<ComposeFile, 'services' | 'name'>): Promise<Routing> {
  const mount = box.service.volumes.find(({ target }) => target.endsWith(MOUNTED_AT));
  const text = mount === undefined ? '' : await readFile(mount.source, 'utf8');
  return parseRouting(text, environmentNames(box, file));
}

/** The same for a file that was read. `services`: what the variables in its server lines mean. */
export function parseRouting(text: string, services: Readonly<Record<string, string>>): Routing {
  const sections = text.split(/^(?=(?:global|defaults|resolvers|frontend|backend)\b)/m);
  const site = sections.find((section) => /^frontend site\b/.test(section)) ?? '';
  const behind = (backend: string): string[] => {
    const section = sections.find((each) => new RegExp(`^backend ${backend}\\b`).test(each)) ?? '';
    const named = [...section.matchAll(/^\s+server \S+ "\$\{(\w+)\}/gm)].map(
      ([, name = '']) => services[name],
    );
    return [...new Set(named.filter((name) => name !== undefined))];
  };
  const conditions = new Map<string, string[]>();
  for (const [, name = '', test = ''] of site.matchAll(/^\s+acl (\S+) (path_\w+ .+)$/gm))
    conditions.set(name, [...(conditions.get(name) ?? []), regexOf(test)]);
  const rules = [...site.matchAll(/^\s+use_backend (\S+) if (?:\{ (path_\w+ .+?) \}|(\S+))$/gm)].flatMap(
    ([, backend = '', inline, named = '']): PathRule[] => {
      const tests = inline === undefined ? (conditions.get(named) ?? []) : [regexOf(inline)];
      return tests.map((regex) => ({ regex, services: behind(backend) }));
    },
  );
  const [, rest = ''] = /^\s+default_backend (\S+)$/m.exec(site) ?? [];
  return { rules, otherwise: behind(rest) };
}

function regexOf(test: string): string {
  const [how, what = ''] = test.trim().split(/\s+/);
  return how === 'path_beg' ? `^${what}` : what;
}

/** Which service a variable of the box means: `APP: scaling-3-app`. */
function environmentNames(
  { service }: Box,
  { services, name }: Pick<ComposeFile, 'services' | 'name'>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).flatMap(([key, value]) => {
      const own = value.startsWith(`${name}-`) ? value.slice(name.length + 1) : value;
      return services[own] === undefined ? [] : [[key, own]];
    }),
  );
}
