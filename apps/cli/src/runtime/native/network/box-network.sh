#!/usr/bin/env bash
# Gives a box a network namespace of its own, in which it has its usual address:
#   box-network.sh NAMESPACE_FILE LINK ADDRESS
# The file keeps the namespace while no process is in it. It is a mount of the stack's own mount namespace.
set -eu
file=$1 link=$2 address=$3
mkdir -p "$(dirname "$file")"
: > "$file"
unshare --net="$file" true
# The kernel removes the link of a stack that was taken down a moment later.
ip link delete "$link" 2> /dev/null || true
ip link add "$link" type veth peer name eth0 netns "$file"
ip link set "$link" master stages0 up
nsenter --net="$file" bash -eu -c '
  for link in all default eth0; do echo 1 > "/proc/sys/net/ipv4/conf/$link/route_localnet"; done
  ip -batch - << END
link set lo up
addr del 127.0.0.1/8 dev lo
addr add 127.0.0.1/32 dev lo
addr add $1/8 dev eth0
link set eth0 up
END
' box "$address"
