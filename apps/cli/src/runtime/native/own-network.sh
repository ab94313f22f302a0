#!/usr/bin/env bash
# Prepares a new network namespace for stacks, then becomes the command: own-network.sh PARENT COMMAND [ARGUMENT…]
# A bridge carries the boxes' addresses 127.x.y.z, so that each box can have a network namespace of its own.
set -eu
parent=$1
shift
# The caller set a signal for its own death. If it ended before that, nobody waits for this command.
read -r _ _ _ now _ < "/proc/$$/stat"
[ "$now" = "$parent" ] || exit 2
# An ordinary user's PATH may lack the folders of ip and iptables.
export PATH="$PATH:/usr/sbin:/sbin"
ip link add stages0 type bridge
for link in all default stages0; do echo 1 > "/proc/sys/net/ipv4/conf/$link/route_localnet"; done
ip -batch - << END
link set lo up
addr del 127.0.0.1/8 dev lo
addr add 127.0.0.1/32 dev lo
addr add 127.255.255.253/8 dev stages0
link set stages0 up
END
SCALING_OWN_NETWORK=$(readlink /proc/self/ns/net)
export SCALING_OWN_NETWORK SCALING_OWN_NETWORK_OWNER=$$
exec "$@"
