/**
 * Tables that sales append to are vacuumed and analysed after 20,000 rows more, not after 1,000 and 50: while a shop is
 * young, every minute of a sale is growth enough for it, and then a small database does nothing else for some seconds (0.085
 * of a core: 4 s a minute, in which sales stood still). What they say of the tables is known before: every question
 * goes by a key. Rows that are deleted count as usual.
 */
export const housekeeping = ['reservations', 'reserved_seats', 'idempotency', 'mailed', 'counted']
  .map(
    (table) =>
      `alter table ${table} set (autovacuum_vacuum_insert_threshold = 20000, autovacuum_analyze_threshold = 20000);`,
  )
  .join('\n');
