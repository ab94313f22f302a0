/** What becomes of a resource. */
export interface Change {
  /** `aws_ecs_service.us_app_service_service`; settings that are no resource by their path: `provider.aws`. */
  readonly address: string;
  readonly how: 'added' | 'removed' | 'changed';
  /** Of one that changed: each place that differs. */
  readonly places: readonly Place[];
}

interface Place {
  readonly path: string;
  /** null: was not, or is not. */
  readonly before: string | null;
  readonly after: string | null;
}

const GROUPS = ['data', 'ephemeral', 'resource'];

/** What differs between two stacks as Terraform reads them; a missing one has nothing in it. */
export function changesBetween(before: string | null, after: string | null): Change[] {
  const [was, is] = [before, after].map((text) => parts(text === null ? {} : JSON.parse(text)));
  const addresses = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].sort();
  return addresses.flatMap((address): Change[] => {
    const [old, now] = [was?.get(address), is?.get(address)];
    if (old === undefined) return [{ address, how: 'added', places: [] }];
    if (now === undefined) return [{ address, how: 'removed', places: [] }];
    const places = placesOf(leaves(old), leaves(now));
    return places.length === 0 ? [] : [{ address, how: 'changed', places }];
  });
}

/** Resources by their address, everything else by its name. */
function parts(stack: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [group, content] of Object.entries(stack)) {
    if (!GROUPS.includes(group)) {
      for (const [name, value] of Object.entries(content as object)) found.set(`${group}.${name}`, value);
      continue;
    }
    const prefix = group === 'resource' ? '' : `${group}.`;
    for (const [type, all] of Object.entries(content as object))
      for (const [name, value] of Object.entries(all as object)) found.set(`${prefix}${type}.${name}`, value);
  }
  return found;
}

/** Each value by its path; JSON in a text is looked into. */
function leaves(value: unknown, path = ''): Map<string, string> {
  const inner = typeof value === 'string' && /^[[{]/.test(value) ? jsonIn(value) : value;
  if (inner === null || typeof inner !== 'object') return new Map([[path, JSON.stringify(inner)]]);
  const below = Object.entries(inner).map(([key, each]) =>
    leaves(each, path === '' ? key : `${path}.${key}`),
  );
  return new Map(below.flatMap((each) => [...each]));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function placesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Place[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): Place[] => {
    const [was, is] = [before.get(path) ?? null, after.get(path) ?? null];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
}
