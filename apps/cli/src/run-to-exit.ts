import { EXIT, type ExitCode, Failure } from './failure.ts';
import { renderFailure } from './report/failure.ts';
import { RanInside } from './verbs/choose-inside.ts';

/**
 * Run a command to its exit status, printing what goes wrong. The first Ctrl-C aborts `ended`, so that what was started
 * is taken down; a second one does not wait for that.
 */
export async function runToExit(ended: AbortController, main: () => Promise<ExitCode>): Promise<void> {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (ended.signal.aborted) process.exit(EXIT.couldNotRun);
      ended.abort(new Failure(`Stopped by ${name}.`));
    });
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof RanInside) {
      process.exitCode = error.code;
      return;
    }
    process.stderr.write(renderFailure(error));
    process.exitCode = error instanceof Failure ? error.exitCode : EXIT.couldNotRun;
  }
}
