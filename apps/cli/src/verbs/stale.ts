import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { buyThenRead } from '../stage/buy-then-read.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'stage 4: stop the replicas from replaying, buy a seat, read it back: who sees it sold?',
  needsStage: true,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const app = state.boxes.find((box) => box.kind === 'app' && box.state === 'ready');
  if (!app || !state.boxes.some((box) => box.kind === 'replica'))
    throw new Failure(`Stage ${id.stage} has no replicas.`, { next: 'They come with stage 4.' });
  const replay = async (asked: 'pause' | 'resume'): Promise<void> => {
    const { code, stderr } = await runtime.exec(id, app.name, ['node', 'admin/replay.mjs', asked]);
    if (code !== 0)
      throw new Failure(`The replicas could not be told to ${asked}: ${stderr.trim()}`, { where: app.name });
  };
  await replay('pause');
  const seen = await buyThenRead(state.site).finally(() => replay('resume'));
  const holds = seen.buyer.free === 0;
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, ...seen, holds })}\n`);
  else {
    const row = (who: string, { sold, free }: { sold: number; free: number }): string =>
      `${who}  ${String(sold + free).padStart(2)} reads: ${String(sold).padStart(2)} see it sold, ${String(free).padStart(2)} see it free\n`;
    context.stdout(
      `seat ${seen.seat} of show ${seen.showId} bought; the write's position is ${seen.position ?? 'not told'}\n\n`,
    );
    context.stdout(
      row('the buyer, with that position', seen.buyer) + row('somebody else, with none     ', seen.other),
    );
    context.stdout(
      holds
        ? '\nThe buyer reads what they wrote.\n'
        : '\nThe buyer is shown as free what they have just bought: a stale read.\n',
    );
  }
  return holds ? EXIT.holds : EXIT.fallsShort;
}
