import type { ComposeFile, ComposeService } from '@scaling/cli/stage/compose-service';

/** A box named in the value of an environment variable. */
export interface Reference {
  /** What is to be replaced: scheme, user, password, name, port. */
  readonly text: string;
  readonly scheme: string | null;
  readonly service: string;
  readonly port: number | null;
  /** `scaling-9-shard-{n}`: the program itself puts in which of them. */
  readonly numbered: boolean;
  /** Reached through the box that stands for the distance between regions. */
  readonly through: string | null;
}

const NAMED = /(?:([a-z]+):\/\/)?(?:[^\s/:@,=]+:[^\s/:@,]+@)?([a-z][\w-]*?)(-\{n\})?:(\d+)(?![\w.])/g;

/** The boxes that a value names, those of another region by their own name. */
export function referencesIn(value: string, file: Pick<ComposeFile, 'name' | 'services'>): Reference[] {
  const whole = serviceNamed(value, file);
  if (whole !== null)
    return [{ text: value, scheme: null, service: whole.name, port: null, numbered: false, through: null }];
  return [...value.matchAll(NAMED)].flatMap(([text, scheme, name = '', numbered, digits]): Reference[] => {
    const service = serviceNamed(name, file);
    if (service === null) return [];
    const found = { text, scheme: scheme ?? null, numbered: numbered !== undefined };
    const port = Number(digits);
    const behind = service.labels['scaling.kind'] === 'link' ? routes(service)[port] : undefined;
    return behind === undefined
      ? [{ ...found, service: service.name, port, through: null }]
      : [{ ...found, ...behind, through: service.name }];
  });
}

/** Compose resolves a service by its name, and its instances by the project's name before it. */
function serviceNamed(
  name: string,
  { name: project, services }: Pick<ComposeFile, 'name' | 'services'>,
): ComposeService | null {
  const own = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
  return services[own] ?? null;
}

/** Where each port of a link leads: `8081=edge-us:8080 …`. */
function routes({
  environment,
}: ComposeService): Readonly<Record<number, { service: string; port: number }>> {
  const found = (environment.ROUTES ?? '').matchAll(/(\d+)=([\w-]+):(\d+)/g);
  return Object.fromEntries(
    [...found].map(([, from, service = '', port]) => [Number(from), { service, port: Number(port) }]),
  );
}
