/** Any uid but 0 does: it exists only inside the user namespace that Postgres runs in. */
const DATABASE_UID = 1000;

/**
 * Postgres refuses to run as root. As root, run it in a user namespace that shows it another uid; its files stay
 * root's. An ordinary user needs nothing of the kind, and nor do boxes that have a user of their own (`box-user.ts`).
 */
export function asDatabaseUser(argv: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return argv;
  return ['unshare', '--user', `--map-user=${DATABASE_UID}`, `--map-group=${DATABASE_UID}`, '--', ...argv];
}
