import { Failure } from '../failure.ts';
import type { Box, Runtime, StackState } from '../runtime/runtime.ts';

const LIMIT_MS = 20_000;

/** Asks toxiproxy inside the link's box, as link.sh does: ASK METHOD PATH [JSON] prints the answer's status and body. */
const ASK = `
ask() {
  exec 3<>"/dev/tcp/$BOX_ADDRESS/8474"
  printf '%s %s HTTP/1.0\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$1" "$2" "\${#3}" "$3" >&3
  read -r _ status _ <&3
  exec 3>&-
  # 404, 409: it is as it should be already.
  [[ $status = 2* || $status = 404 || $status = 409 ]] || { echo "toxiproxy answered $status to $1 $2" >&2; exit 1; }
}`;

/** Nothing gets through in either direction, and nobody is told: connections stay open and silent, as with a cut cable. */
const CUT = `${ASK}
for route in $ROUTES; do
  for stream in upstream downstream; do
    ask POST "/proxies/\${route%%=*}/toxics" "{\\"type\\":\\"timeout\\",\\"name\\":\\"cut-$stream\\",\\"stream\\":\\"$stream\\",\\"attributes\\":{\\"timeout\\":0}}"
  done
done`;

/** First ends all connections from before: what they carried when the cut came is gone, and half a message is none. */
const MEND = `${ASK}
for route in $ROUTES; do ask POST "/proxies/\${route%%=*}" '{"enabled":false}'; done
for route in $ROUTES; do
  for stream in upstream downstream; do ask DELETE "/proxies/\${route%%=*}/toxics/cut-$stream" ''; done
  ask POST "/proxies/\${route%%=*}" '{"enabled":true}'
done`;

/** Cuts the connection between the regions, both of them alive; cut already, it stays so. */
export async function cutLink(runtime: Runtime, state: StackState): Promise<void> {
  await inLink(runtime, state, CUT);
}

/** Restores it. */
export async function mendLink(runtime: Runtime, state: StackState): Promise<void> {
  await inLink(runtime, state, MEND);
}

async function inLink(runtime: Runtime, state: StackState, script: string): Promise<void> {
  const link = linkOf(state);
  const { code, stderr } = await runtime.exec(state, link.name, ['bash', '-c', script], {
    timeoutMs: LIMIT_MS,
  });
  if (code === 0) return;
  throw new Failure(`The link could not be asked: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`, {
    where: link.name,
    next: `pnpm stage ${state.stage} logs ${link.name}`,
  });
}

function linkOf(state: StackState): Box {
  const link = state.boxes.find((box) => box.kind === 'link');
  if (link === undefined)
    throw new Failure(`Stage ${state.stage} has no link between regions.`, {
      next: 'It comes with stage 6.',
    });
  if (link.state !== 'killed' && link.state !== 'exited') return link;
  throw new Failure('The link has no power at all: nothing gets through.', {
    where: link.name,
    next: `Bring it back: \`pnpm stage ${state.stage} heal ${link.name}\`.`,
  });
}
