#!/usr/bin/env bash
# Postgres and the app in one box: starts both, ends when either ends. On SIGTERM the app is drained first, because what
# it still has to finish needs the database.
set -uo pipefail
# Without job control bash lets what it starts in the background ignore SIGINT.
set -m

docker-entrypoint.sh postgres -c max_connections=120 -c shared_buffers=64MB &
database=$!
"$@" &
app=$!

asked=no
trap 'asked=yes' TERM INT
wait -n "$app" "$database"
first=$?

kill -TERM "$app" 2>/dev/null
wait "$app"
app_status=$?
# SIGINT is Postgres' fast shutdown: sessions that are still open do not hold it up.
kill -INT "$database" 2>/dev/null
wait "$database"

# Asked to stop, the box ends as its app did. Unasked it never ends well, or its restart policy might leave it down.
[ "$asked" = yes ] && exit "$app_status"
exit $((first == 0 ? 1 : first))
