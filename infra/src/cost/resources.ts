/** A resource of what was synthesised. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly is: Readonly<Record<string, unknown>>;
}

/** All resources of Terraform's JSON. */
export function resourcesIn(text: string): Resource[] {
  const { resource } = JSON.parse(text) as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  return Object.entries(resource).flatMap(([type, all]) =>
    Object.entries(all).map(([name, is]) => ({ type, name, is })),
  );
}
