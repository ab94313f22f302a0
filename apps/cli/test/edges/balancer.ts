import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideParts } from '../../src/parts/index.ts';
import { ROOT } from '../../src/stage/stages.ts';
import { until } from '../runtime/until.ts';
import { ask, freshAddress } from './edge.ts';

/**
 * A load balancer as its stage runs it, but with these addresses for its boxes' names, and with smaller figures. Resolves
 * when it has passed on a request to /shows.
 *
 * @param file below `stages`
 * @param smaller changes the configuration's text
 * @param environment instead of what stages/boxes.yaml says
 */
export async function startBalancer(
  file: string,
  names: Readonly<Record<string, string>>,
  smaller: (text: string) => string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const { haproxy } = await provideParts(['haproxy']);
  const address = freshAddress();
  const folder = await mkdtemp(join(tmpdir(), 'balancer-'));
  let text = await readFile(join(ROOT, 'stages', file), 'utf8');
  for (const [name, at] of Object.entries(names)) text = text.replaceAll(name, at);
  text = smaller(text)
    .replace(/default-path config/, `default-path origin ${join(ROOT, 'stages/7-multi-region')}`)
    // Boxes that are not there: HAProxy would ask the machine's name server for each of them.
    .replaceAll(/^ {2}server .*"\$\{(APP|SHOWS|RESERVATIONS)\}.*$/gm, '')
    .replaceAll('slowstart 4s', 'slowstart 0');
  const config = join(folder, 'haproxy.cfg');
  await writeFile(config, text);
  const child = spawn(haproxy.programs.haproxy ?? '', ['-db', '-f', config], {
    env: {
      ...process.env,
      ...haproxy.environment,
      BOX_ADDRESS: address,
      CLIENT_REQUESTS: '200',
      CLIENT_WRITES: '20',
      ...environment,
    },
    stdio: 'ignore',
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await until(
    `${file} serves`,
    async () => (await ask(address, 8080, '/shows').catch(() => null))?.status === 200,
    10_000,
  );
  return { address, stop };
}
