#!/usr/bin/env bash
# Started with an edge, and lives beside it. It looks every three seconds
# - whether there is room: nginx breaks off an answer that it cannot write into its cache, so with the disk nearly full
#   the file "room" is taken away, and the edge passes on without keeping;
# - in Compose, whether a name leads to another address: nginx asks for addresses only when it starts or reloads.
set -uo pipefail
least=$((4 * 1024 * 1024))
names="${ORIGIN%:*} ${NEIGHBOUR%:*}"

look_for_room() {
  local blocks size
  read -r blocks size < <(stat --file-system --format '%a %S' "$BOX_FOLDER")
  if ((blocks * size < least)); then
    rm -f "$BOX_FOLDER/room"
  elif [[ ! -e $BOX_FOLDER/room ]]; then
    : > "$BOX_FOLDER/room"
  fi
}

addresses() {
  local name
  for name in $names; do getent ahostsv4 "$name" | sed -n '1s/ .*//p' | grep . || return; done
}

follow_names() {
  local now
  now=$(addresses) || return
  [[ $now = "$known" ]] && return
  known=$now
  kill -HUP 1
}

look_for_room
known=$(addresses)
(
  # Waiting by `read` costs no process.
  exec 3<> <(:)
  while ! read -r -t 3 -u 3; do
    look_for_room
    if [[ $BOX_ADDRESS = 0.0.0.0 ]]; then follow_names; fi
  done
) &
