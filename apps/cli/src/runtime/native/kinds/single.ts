import { type Kind, part, program } from './kind.ts';
import { accessRules, asOtherThanRoot, dataDirectory, hostPaths, listenOn } from './postgres.ts';
import { nodeCommand } from './shop.ts';

/** Stage 1's box: Postgres and the app under one quota, held together by a few lines of shell as in its image. */
const HOLD_TOGETHER = `
count=$1; shift
postgres=("\${@:1:count}"); shift "$count"
"\${postgres[@]}" & database=$!
"$@" & app=$!
trap 'kill -TERM "$app"; wait "$app"; kill -INT "$database"; wait "$database"; exit 0' TERM
trap 'kill -USR2 "$app"' USR2
while kill -0 "$app" 2>/dev/null && kill -0 "$database" 2>/dev/null; do wait -n; done
kill -TERM "$app" 2>/dev/null; kill -INT "$database" 2>/dev/null; wait; exit 1
`;

export const single: Kind = {
  images: ['scaling/single'],
  parts: ['postgres'],
  launch: (inputs) => {
    const data = dataDirectory(inputs);
    const postgres = asOtherThanRoot(inputs, [
      program(inputs, 'postgres'),
      '-D',
      data,
      ...hostPaths(inputs, SETTINGS),
      ...accessRules(inputs, SETTINGS),
      ...listenOn(inputs.address),
    ]);
    const app = nodeCommand(inputs.service.command, inputs.service.where);
    return {
      argv: ['bash', '-c', HOLD_TOGETHER, 'single', String(postgres.length), ...postgres, ...app],
      cwd: inputs.apps,
      environment: part(inputs, 'postgres').environment,
      prepare: [{ do: 'copy-template', template: inputs.template, data }],
    };
  },
};

const SETTINGS = ['-c', 'max_connections=120', '-c', 'shared_buffers=64MB'];
