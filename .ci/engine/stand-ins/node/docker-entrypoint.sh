#!/bin/sh
# As the official image: an option, or anything that is no program, is for Node.
set -e
if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ]; then
  set -- node "$@"
fi
exec "$@"
