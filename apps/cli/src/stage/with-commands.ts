import type { ComposeFile } from './compose-service.ts';

/** The same stage with other commands in some of its services. */
export function withCommands(
  file: ComposeFile,
  commands: Readonly<Record<string, readonly string[]>>,
): ComposeFile {
  const services = Object.values(file.services).map(
    (service) => [service.name, { ...service, command: commands[service.name] ?? service.command }] as const,
  );
  return { ...file, services: Object.fromEntries(services) };
}
