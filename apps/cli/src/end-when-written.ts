/** For what ends by itself within a moment. */
const GRACE_MS = 100;

/**
 * End this process when all that it has written has been taken by its readers. A kept-alive connection, or a pool that was
 * not closed, does not keep it waiting. A reader that is busy gets the end of a long answer, too.
 */
export async function endWhenWritten(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
