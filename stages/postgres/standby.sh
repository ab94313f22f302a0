#!/usr/bin/env bash
# First start of a streaming standby: open a replication slot on the primary, copy the primary, then follow it.
# A later start finds its data and simply follows again. Natively the supervisor does the same steps
# (apps/cli/src/runtime/native/supervisor/prepare.ts).
set -euo pipefail
slot=${REPLICATION_SLOT:?name of the replication slot on the primary}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  psql --no-psqlrc --quiet "$PRIMARY_URL" --command \
    "SELECT pg_create_physical_replication_slot('$slot') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')"
  # A copy cut short leaves no PG_VERSION behind that would be taken for a whole one.
  rm -rf "$PGDATA.partial"
  pg_basebackup --dbname="$PRIMARY_URL" --pgdata="$PGDATA.partial" --write-recovery-conf --wal-method=stream --slot="$slot" --checkpoint=fast
  mkdir -p "$(dirname "$PGDATA")"
  mv "$PGDATA.partial" "$PGDATA"
fi
exec docker-entrypoint.sh "$@"
