import { BOXES_PORT, boxesServer } from '../../../observe/boxes-server.ts';
import type { Look } from '../../../observe/exposition.ts';
import type { Usage } from '../../runtime.ts';
import { askEngine } from '../container-usage.ts';
import { boxOf, containersOf, namesOf } from '../containers.ts';

/**
 * The `boxes` box of an observed stack in Compose: asks the engine, over its socket, what the project's containers use.
 * It reads no stage: the image is plain Node, and which services have numbered boxes comes in SCALABLE.
 */
const { BOX_ADDRESS = '0.0.0.0', PROJECT = '', SCALABLE = '' } = process.env;
const services = Object.fromEntries(SCALABLE.split(',').map((name) => [name, { scalable: true }]));
const file = { services };

async function look(): Promise<Look> {
  const containers = await containersOf({ name: PROJECT });
  const running = containers.filter(({ State }) => State.Status === 'running');
  const usage = await Promise.all(
    running.map(async ({ Id, Config }): Promise<Usage> => {
      const box = namesOf(file, Config.Labels).name;
      return { box, kind: Config.Labels['scaling.kind'] ?? '', ...(await askEngine(Id)) };
    }),
  );
  return { boxes: containers.map((container) => boxOf(file, container)), usage };
}

const server = boxesServer(look);
server.listen(BOXES_PORT, BOX_ADDRESS);
process.on('SIGTERM', () => process.exit(0));
