import Table from 'cli-table3';
import type { Diagnosis, PartFinding } from '../doctor/diagnosis.ts';
import { colour } from './colour.ts';
import { limiterText } from './limiter-text.ts';
import { head, PLAIN } from './table.ts';

/** Parts, machine, the runtime that would be taken, what to do. */
export function renderDoctor(diagnosis: Diagnosis): string {
  const { runtime, limiter, advice } = diagnosis;
  const verdict =
    runtime === null
      ? colour('red', '✖ The boxes cannot run here yet.')
      : `${colour('green', '✔')} The boxes would run ${runtime === 'native' ? 'natively' : 'with Docker Compose'}, limiter ${limiterText(limiter)}.`;
  const todo = advice.length === 0 ? 'Nothing is missing.' : advice.map((line) => `• ${line}`).join('\n');
  return `\n${partsTable(diagnosis.parts)}\n\n${machineTable(diagnosis)}\n\n${verdict}\n${todo}\n`;
}

function partsTable(parts: readonly PartFinding[]): string {
  const table = new Table({ ...PLAIN, ...head('part', 'version', 'from') });
  for (const { name, minimum, found, byHand, onlyFor } of parts) {
    if (found === null && onlyFor !== undefined)
      table.push([`· ${name}`, `≥ ${minimum}`, `not here; \`${onlyFor}\` fetches it`]);
    else if (found === null)
      table.push([`${colour('red', '✖')} ${name}`, `≥ ${minimum}`, `missing; by hand: ${byHand}`]);
    else table.push([`${colour('green', '✔')} ${name}`, found.version, found.source]);
  }
  return table.toString();
}

function machineTable({ machine, docker, namespaces, quotas, ownNetworks }: Diagnosis): string {
  const table = new Table({ ...PLAIN, ...head('machine', '') });
  const cpus = `${machine.cpus} CPU${machine.cpus === 1 ? '' : 's'}`;
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  table.push(
    ['system', `${machine.platform}, kernel ${machine.kernel}, ${cpus}, ${memory}, Node ${machine.node}`],
    ['user', machine.user === 'root' ? 'root' : 'an ordinary user'],
    ['Docker engine', docker ? 'answers' : 'does not answer'],
    ['namespaces', namespaces.allowed ? 'allowed' : `not allowed: ${namespaces.why}`],
    [
      'own networks',
      ownNetworks.possible ? 'possible: boxes can be cut off' : `not possible: ${ownNetworks.why}`,
    ],
    ['CPU quotas', [limiterText(quotas.limiter), quotas.why].filter(Boolean).join('; ')],
    ...machine.disks.map(({ holds, path, freeBytes }) => [
      holds,
      `${(freeBytes / 1e9).toFixed(1)} GB free in ${path}`,
    ]),
  );
  return table.toString();
}
