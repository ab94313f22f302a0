#!/usr/bin/env bash
# Runs a stack's supervisor in namespaces of its own and clears up after it, however it ended:
#   launch.sh HOSTS SOCKET UID GROUP_FOLDERS COVERS NODE SUPERVISOR PLAN
# Mounts: box names resolve by a hosts file that only this stack sees. COVERS is a script that shows the boxes' user what it
# needs (cover.sh), empty where there is none. Processes: when the supervisor ends, the kernel
# ends every box. User: what lets an ordinary user do both; a second one gives them back their own id, for Postgres
# refuses to run as root. GROUP_FOLDERS, colon separated, are control groups to remove at the end ('scope': our own).
# SCALING_OWN_NETWORK_OWNER: the process that the network namespace was made for. When it ends, so does the stack.
set -u
hosts=$1 socket=$2 uid=$3 groups=$4 covers=$5
shift 5

user=() back=()
if [ "$uid" != 0 ]; then
  user=(--user --map-root-user)
  back=(unshare --user "--map-user=$uid" "--map-group=$(id -g)" --)
fi

if [ "$groups" = scope ]; then
  # A scope that systemd delegated to us. Version 2 wants its processes in leaves before a controller is enabled.
  own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
  mkdir "$own/launcher" && echo $$ > "$own/launcher/cgroup.procs" && echo '+cpu +memory' > "$own/cgroup.subtree_control"
  mkdir -p "$own/boxes" && echo '+cpu +memory' > "$own/boxes/cgroup.subtree_control"
  export SCALING_CGROUP=$own/boxes
fi

# bash is process 1 inside: it reaps what outlives its parent. It must not exec the supervisor.
unshare "${user[@]}" --mount --pid --fork --kill-child --mount-proc -- bash -c '
  mount --bind "$1" /etc/hosts || exit 1
  [ -z "$2" ] || bash "$2" || exit 1
  shift 2
  "$@" &
  wait $!
' stack "$hosts" "$covers" "${back[@]}" "$@" &
stack=$!
if [ -n "${SCALING_OWN_NETWORK_OWNER:-}" ]; then
  tail --pid="$SCALING_OWN_NETWORK_OWNER" --sleep-interval=0.1 --follow /dev/null &
  owner=$!
  wait -n "$stack" "$owner"
  kill "$owner" 2> /dev/null || kill -KILL "$stack" 2> /dev/null
fi
wait "$stack"
status=$?

rm -f "$socket" "${socket%.sock}.network" "${socket%.sock}"-*.door
if [ "$groups" != scope ]; then
  IFS=: read -ra folders <<< "$groups"
  for folder in "${folders[@]}"; do
    # The last processes may still be ending: up to 3 s.
    for ((attempt = 0; attempt < 60; attempt++)); do
      [ -d "$folder" ] || break
      find "$folder" -depth -type d -exec rmdir {} \; 2>/dev/null
      [ -d "$folder" ] && sleep 0.05
    done
    # The folder that all stacks share goes with the last of them.
    [ -n "$folder" ] && rmdir --ignore-fail-on-non-empty "$(dirname "$folder")" 2>/dev/null
  done
fi
exit $status
