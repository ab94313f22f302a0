/** One source could not provide a part; the next one is tried. The message is the reason, short enough for a list. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

const FULL = /no space left on device|ENOSPC|disk quota exceeded|EDQUOT/i;

/** Did this fail because the disk is full? Then no other source will do better. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (FULL.test(codeOf(error) ?? '') || FULL.test(error.message));
}

/** A system call's or library's error code, e.g. `ENOSPC`, `TAR_BAD_ARCHIVE`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
