#!/usr/bin/env bash
# The official image's contract: at the first start a cluster in $PGDATA with $POSTGRES_USER, its password and
# $POSTGRES_DB, then what lies in /docker-entrypoint-initdb.d; at every start the server as process 1.
set -Eeo pipefail

# NAME or the file that NAME_FILE names, else a default.
file_env() {
  local name=$1 file=$1_FILE
  if [[ -n ${!file:-} ]]; then export "$name"="$(< "${!file}")"; else export "$name"="${!name:-${2:-}}"; fi
}

docker_process_sql() {
  psql --no-psqlrc -v ON_ERROR_STOP=1 --no-password --username "$POSTGRES_USER" --dbname "${DATABASE:-$POSTGRES_DB}" "$@"
}

docker_process_init_files() {
  local file
  for file in "$@"; do
    case $file in
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) docker_process_sql -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | docker_process_sql ;;
    esac
  done
}

make_cluster() {
  if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086 # arguments, as the official image takes them
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"

  # Nobody reaches the server from outside before everything is in place.
  PGUSER=$POSTGRES_USER pg_ctl -w -o "-c listen_addresses='' -p 5432" start
  if [[ $POSTGRES_DB != postgres ]]; then
    DATABASE=postgres docker_process_sql --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  shopt -s nullglob
  docker_process_init_files /docker-entrypoint-initdb.d/*
  pg_ctl -m fast -w stop
}

main() {
  if [[ ${1:0:1} = - ]]; then set -- postgres "$@"; fi
  if [[ $1 = postgres ]]; then
    file_env POSTGRES_PASSWORD
    file_env POSTGRES_USER postgres
    file_env POSTGRES_DB "$POSTGRES_USER"
    mkdir -p "$PGDATA"
    chmod 00700 "$PGDATA" || :
    if [[ $EUID = 0 ]]; then
      chown -R postgres "$PGDATA"
      exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
    fi
    [[ -s $PGDATA/PG_VERSION ]] || make_cluster
  fi
  exec "$@"
}

# Another script may source this one for its functions.
[[ ${FUNCNAME[0]:-} = source ]] || main "$@"
