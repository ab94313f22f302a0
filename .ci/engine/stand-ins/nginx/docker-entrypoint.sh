#!/bin/sh
# As the official image: before nginx starts, the scripts in /docker-entrypoint.d in order; *.envsh are sourced, *.sh run
# if they may be.
set -e
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
  for script in /docker-entrypoint.d/*; do
    case $script in
      *.envsh) if [ -x "$script" ]; then . "$script"; fi ;;
      *.sh) if [ -x "$script" ]; then "$script"; else echo "$0: Ignoring $script, not executable" >&2; fi ;;
    esac
  done
fi
exec "$@"
