#!/bin/sh
# As the official image: master and worker in the foreground, so that SIGUSR2 to process 1 reloads.
set -e
if [ "${1#-}" != "$1" ]; then
  set -- haproxy "$@"
fi
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
