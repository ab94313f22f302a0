import { Failure } from '../failure.ts';

/** What went wrong, as one short paragraph; a defect of ours keeps its stack. */
export function renderFailure(error: unknown): string {
  if (isFullDisk(error)) {
    return `\nThe disk is full${pathOf(error)}. Free some space (\`pnpm stage all down\` removes the stacks' data), then run the same again.\n`;
  }
  if (error instanceof Failure) {
    const where = error.where ? ` (${error.where})` : '';
    const next = error.next ? ` ${error.next}` : '';
    return `\n${error.message}${where}${next}\n`;
  }
  if ((error as Error)?.name === 'AbortError') return '\nStopped.\n';
  return `\nThis is a defect of the program, please report it:\n${(error as Error)?.stack ?? String(error)}\n`;
}

function isFullDisk(error: unknown): boolean {
  for (
    let each = error as { code?: string; message?: string; cause?: unknown } | undefined;
    each;
    each = each.cause as typeof each
  ) {
    if (each.code === 'ENOSPC' || /no space left on device/i.test(each.message ?? '')) return true;
  }
  return false;
}

function pathOf(error: unknown): string {
  const path = (error as { path?: string }).path;
  return path ? ` (${path})` : '';
}
