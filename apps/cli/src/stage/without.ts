import type { ComposeFile } from './compose-service.ts';

/** A stage's file as if these services were not in it; nobody depends on them any more. */
export function withoutServices(file: ComposeFile, left: readonly string[]): ComposeFile {
  const kept = Object.entries(file.services).filter(([name]) => !left.includes(name));
  return {
    ...file,
    services: Object.fromEntries(
      kept.map(([name, service]) => {
        const dependsOn = Object.entries(service.dependsOn).filter(([other]) => !left.includes(other));
        return [name, { ...service, dependsOn: Object.fromEntries(dependsOn) }];
      }),
    ),
  };
}
