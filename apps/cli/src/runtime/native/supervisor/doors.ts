import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { Failure } from '../../../failure.ts';
import type { DoorAnswer } from '../doors/door.ts';
import type { StackPlan } from '../plan.ts';
import { portProblem, publishSocket } from './forward.ts';

/**
 * Publish a stack's ports in the machine's network, from a network of its own. The doors are open as long as this process
 * runs.
 *
 * @returns the servers to close when the stack ends
 * @throws Failure when a port is taken
 */
export async function openDoors(plan: StackPlan): Promise<Server[]> {
  if (plan.doors === null) return [];
  const doors = plan.forwards.map((forward) => ({
    ...forward,
    socket: plan.socket.replace(/\.sock$/, `-${forward.port}.door`),
  }));
  const servers = await Promise.all(doors.map((door) => publishSocket(door, door.socket)));
  const keeper = connect(plan.doors);
  await once(keeper, 'connect').catch((cause: Error) => {
    throw new Failure('The process that publishes the ports of your stacks has ended.', {
      next: 'Take down the stacks that run (`pnpm stage all down`), then start this one again.',
      cause,
    });
  });
  keeper.on('error', (error) => console.error(`doors: ${error.message}`)).unref();
  const asked = doors.map(({ host, port, socket, isFor }) => ({ host, port, socket, isFor }));
  keeper.write(`${JSON.stringify(asked)}\n`);
  const [line] = (await once(createInterface(keeper), 'line')) as [string];
  const answer = JSON.parse(line) as DoorAnswer;
  if (!answer.open)
    throw portProblem(answer, Object.assign(new Error(`listen ${answer.code}`), { code: answer.code }));
  return servers;
}
