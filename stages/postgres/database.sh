#!/usr/bin/env bash
# One of several databases: the primary, or a streaming standby of another box. Natively the supervisor does the same
# steps (apps/cli/src/runtime/native/supervisor/prepare.ts).
#
# Who leads is at first the host of PRIMARY_URL, later the box that the file `leader` names. A box whose data follows
# somebody else, or nobody because it was a primary itself, sets it aside and copies its leader: it never becomes a
# second primary, whatever starts it. While a failover is under way the file holds `=` for a box that it may promote, which
# starts as what it is, and `-` for every other one, which starts only as a standby.
set -euo pipefail
slot=${REPLICATION_SLOT:?name of its replication slot on the primary}
# A slot is named after its box, and may have no hyphen.
self=${slot//_/-}
first=$(sed -E 's#^[^@]*@([^:/]+).*#\1#' <<< "${PRIMARY_URL:?address of the box that leads at first}")
leader=$first
note=${LEADER_FILE:-/var/lib/postgresql/leader}
# A note that is empty was cut short: nobody leads, until the failover is run again.
if [ -e "$note" ]; then leader=$(< "$note"); leader=${leader:--}; fi
# Where a database is in another region, the way there: PEERS holds `NAME=HOST:PORT …`.
way=$leader:5432
for peer in ${PEERS:-}; do if [ "${peer%%=*}" = "$leader" ]; then way=${peer#*=}; fi; done
url="$(sed -E "s#@[^/]+#@$way#" <<< "$PRIMARY_URL")?application_name=$self"
# What is asked here and by the first start's own set-up waits for no standby: there is none yet.
export PGOPTIONS='-c synchronous_commit=local'

follows() {
  local conninfo
  [ -e "$PGDATA/standby.signal" ] || return
  conninfo=$(grep '^primary_conninfo' "$PGDATA/postgresql.auto.conf" | tail -n 1)
  grep -qE "[ ']host=${way%:*}[ ']" <<< "$conninfo" && grep -qE "[ ']port=${way#*:}[ ']" <<< "$conninfo"
}

ask_leader() { psql --no-psqlrc --quiet --tuples-only --no-align "$url" --command "$1"; }

# The leader no longer keeps the log that this replica lacks (max_slot_wal_keep_size). One that cannot be asked now does
# not keep the replica from starting: what it has can be read.
missed_too_much() {
  [ "$(PGCONNECT_TIMEOUT=2 ask_leader "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '$slot'" 2> /dev/null)" = lost ]
}

copy_leader() {
  if [ "$leader" = - ] || [ "$leader" = = ]; then echo 'fenced, and no other database leads yet: run the failover again' >&2; exit 1; fi
  if [ "$(ask_leader 'SELECT pg_is_in_recovery()')" != f ]; then
    echo "$leader does not lead: run the failover again" >&2
    exit 1
  fi
  ask_leader "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
    WHERE slot_name = '$slot' AND wal_status = 'lost' AND NOT active"
  ask_leader \
    "SELECT pg_create_physical_replication_slot('$slot') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')"
  rm -rf "$PGDATA.partial"
  # Beside former data that is kept, the volume needs room for the copy.
  if [ -s "$PGDATA/PG_VERSION" ] && [ "$(df --output=avail "$PGDATA" | tail -n 1)" -lt $(($(du -sk "$PGDATA" | cut -f 1) * 3 / 2)) ]; then
    echo 'the disk has no room for a copy beside the former data' >&2
    exit 1
  fi
  env -u PGOPTIONS pg_basebackup --dbname="$url" --pgdata="$PGDATA.partial" --write-recovery-conf --wal-method=stream --slot="$slot" --checkpoint=fast
  # Of the timelines before the newest one it brings no history: a replica that is further behind could never follow it.
  for history in $(ask_leader "SELECT name FROM pg_ls_waldir() WHERE name ~ '[.]history\$'"); do
    ask_leader "SELECT pg_read_file('pg_wal/$history')" > "$PGDATA.partial/pg_wal/$history"
  done
  # A copy cut short never passes for a whole one.
  mkdir -p "$(dirname "$PGDATA")"
  # What a former primary had committed may be nowhere else: it goes with the volume, never before.
  if [ -n "$(ls -A "$PGDATA" 2> /dev/null)" ]; then mv "$PGDATA" "$PGDATA.aside-$(date +%s)"; else rm -rf "$PGDATA"; fi
  mv "$PGDATA.partial" "$PGDATA"
}

as_it_is() {
  [ "$leader" = "$self" ] && return
  [ -s "$PGDATA/PG_VERSION" ] && { [ "$leader" = = ] || { [ "$leader" = - ] && [ -e "$PGDATA/standby.signal" ]; }; }
}

if ! as_it_is && { [ ! -s "$PGDATA/PG_VERSION" ] || ! follows || missed_too_much; }; then copy_leader; fi
if [ -n "${SYNCHRONOUS_STANDBYS:-}" ]; then set -- "$@" -c "synchronous_standby_names=$SYNCHRONOUS_STANDBYS"; fi
exec docker-entrypoint.sh "$@"
