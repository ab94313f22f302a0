import { type Kind, part, program } from './kind.ts';

/** The load generator; `load` adds its arguments. Its scripts are where the file mounts them. */
export const k6: Kind = {
  images: ['grafana/k6'],
  parts: ['k6'],
  launch: (inputs) => {
    const scripts = inputs.service.volumes.find((mount) => mount.target === inputs.service.workingDir);
    return {
      argv: [program(inputs, 'k6')],
      cwd: scripts?.source ?? inputs.folder,
      environment: { ...part(inputs, 'k6').environment, K6_NO_USAGE_REPORT: 'true' },
    };
  },
};
