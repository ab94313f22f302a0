import { Failure } from '../failure.ts';
import type { Box, Runtime, StackState } from '../runtime/runtime.ts';

const LIMIT_MS = 20_000;

/**
 * Asks toxiproxy inside the link's box, as link.sh does: `ask METHOD PATH [JSON]` prints the answer's status, and the body of
 * a GET.
 */
const ASK = `
ask() {
  exec 3<>"/dev/tcp/$BOX_ADDRESS/8474"
  printf '%s %s HTTP/1.0\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$1" "$2" "\${#3}" "$3" >&3
  read -r _ status _ <&3
  echo "$status"
  [[ $1 = GET ]] && cat <&3
  exec 3>&-
}
# must "STATUSES" METHOD PATH [JSON]
must() {
  local expected=$1 status
  shift
  status=$(ask "$@")
  [[ " $expected " = *" $status "* ]] || { echo "toxiproxy answered $status to $1 $2" >&2; exit 1; }
  [[ $1 != DELETE ]] || echo "$status"
}`;

/** Nothing gets through in either direction, and nobody is told: connections stay open and silent, as with a cut cable. */
const CUT = `${ASK}
for route in $ROUTES; do
  for stream in upstream downstream; do
    # 409: cut already.
    must '200 409' POST "/proxies/\${route%%=*}/toxics" "{\\"type\\":\\"timeout\\",\\"name\\":\\"cut-$stream\\",\\"stream\\":\\"$stream\\",\\"attributes\\":{\\"timeout\\":0}}"
  done
done`;

/**
 * Sends each route what every server behind one answers: to Postgres it asks for TLS, to the others it is a bad request.
 * Prints the routes on which a byte comes back within a second.
 */
const TRY = `
open() {
  exec 3<>"/dev/tcp/$BOX_ADDRESS/$1" || return 1
  printf '\\0\\0\\0\\010\\004\\322\\026\\057\\r\\n\\r\\n' >&3
  LC_ALL=C IFS= read -r -d '' -n 1 -t 1 <&3
}
for route in $ROUTES; do { open "\${route%%=*}" 2> /dev/null && echo "$route"; } & done
wait`;

/**
 * First ends all connections from before: what they carried when the cut came is gone, and half a message is none. Prints
 * the status of each removal: 404 where nothing was cut.
 */
const MEND = `${ASK}
for route in $ROUTES; do must 200 POST "/proxies/\${route%%=*}" '{"enabled":false}'; done
for route in $ROUTES; do
  for stream in upstream downstream; do must '204 404' DELETE "/proxies/\${route%%=*}/toxics/cut-$stream" ''; done
  must 200 POST "/proxies/\${route%%=*}" '{"enabled":true}'
done
for route in $ROUTES; do
  proxy=$(ask GET "/proxies/\${route%%=*}" '')
  [[ $proxy = *'"enabled":true'* && $proxy != *'"cut-'* ]] || { echo "route $route is not open" >&2; exit 1; }
done`;

/** Cuts the connection between the regions, both of them alive; cut already, it stays so. */
export async function cutLink(runtime: Runtime, state: StackState): Promise<void> {
  await inLink(runtime, state, CUT);
}

/** Tries for a second whether anything gets through. @throws Failure naming the routes on which something does */
export async function refuseOpenLink(runtime: Runtime, state: StackState): Promise<void> {
  const open = await inLink(runtime, state, TRY);
  if (open.length === 0) return;
  throw new Failure(`The link is not cut: ${open.sort().join(', ')} still answers.`, {
    where: linkOf(state).name,
    next: `pnpm stage ${state.stage} logs ${linkOf(state).name}`,
  });
}

/** Restores it. Returns false when it was not cut. @throws Failure when a route is not open afterwards */
export async function mendLink(runtime: Runtime, state: StackState): Promise<boolean> {
  return (await inLink(runtime, state, MEND)).includes('204');
}

/** Returns what the script prints, line by line. */
async function inLink(runtime: Runtime, state: StackState, script: string): Promise<string[]> {
  const link = linkOf(state);
  const { code, stdout, stderr } = await runtime.exec(state, link.name, ['bash', '-c', script], {
    timeoutMs: LIMIT_MS,
  });
  if (code === 0) return stdout.split('\n').filter(Boolean);
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
  throw new Failure('The link itself is down: nothing gets through.', {
    where: link.name,
    next: `Bring it back: \`pnpm stage ${state.stage} heal ${link.name}\`.`,
  });
}
