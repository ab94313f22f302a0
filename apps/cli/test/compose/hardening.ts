import { execFileSync } from 'node:child_process';

/** How the engine was told to confine a box. */
export interface Confinement {
  readonly readOnly: boolean;
  readonly capDrop: readonly string[];
  readonly capAdd: readonly string[];
  readonly privileged: boolean;
  readonly securityOpt: readonly string[];
  readonly image: string;
}

/** Confinement of every container of a Compose project, by container name. */
export function confinements(project: string): Readonly<Record<string, Confinement>> {
  const label = `label=com.docker.compose.project=${project}`;
  const ids = docker('ps', '--quiet', '--filter', label).trim().split('\n');
  const found = JSON.parse(docker('inspect', ...ids)) as {
    Name: string;
    Config: { Image: string };
    HostConfig: {
      ReadonlyRootfs: boolean;
      CapDrop: string[] | null;
      CapAdd: string[] | null;
      Privileged: boolean;
      SecurityOpt: string[] | null;
    };
  }[];
  return Object.fromEntries(
    found.map(({ Name, Config, HostConfig }) => [
      Name.slice(1),
      {
        readOnly: HostConfig.ReadonlyRootfs,
        capDrop: HostConfig.CapDrop ?? [],
        capAdd: HostConfig.CapAdd ?? [],
        privileged: HostConfig.Privileged,
        securityOpt: HostConfig.SecurityOpt ?? [],
        image: Config.Image,
      },
    ]),
  );
}

/** What the engine still holds of a Compose project: containers, networks, volumes. */
export function leftOf(project: string): string[] {
  const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  return [
    docker('ps', '--all', ...filter),
    docker('network', 'ls', ...filter),
    docker('volume', 'ls', ...filter),
  ].flatMap((text) => text.split('\n').filter(Boolean));
}

/** The volumes that one container of a Compose project has its data in, by name. */
export function volumesOf(container: string): string[] {
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
  return docker('inspect', '--format', format, container).split('\n').filter(Boolean);
}

/** Those of these volumes that the engine still holds. */
export function stillThere(volumes: readonly string[]): string[] {
  const all = docker('volume', 'ls', '--quiet').split('\n');
  return volumes.filter((name) => all.includes(name));
}

function docker(...argv: string[]): string {
  return execFileSync('docker', argv, { encoding: 'utf8', timeout: 30_000 });
}
