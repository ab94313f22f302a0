#!/usr/bin/env bash
# Prepares a new network namespace for stacks, then becomes the command: own-network.sh plain|bridged PARENT COMMAND [ARGUMENT…]
# In a bridged one, a bridge carries the boxes' addresses 127.x.y.z, so that each box can have a network namespace of its own.
set -eu
kind=$1 parent=$2
shift 2
# The caller set a signal for its own death. If it ended before that, nobody waits for this command.
read -r _ _ _ now _ < "/proc/$$/stat"
[ "$now" = "$parent" ] || exit 2
SCALING_NETWORK="$kind $(readlink /proc/self/ns/net)"
export SCALING_NETWORK
if [ "$kind" = plain ]; then
  PATH="$PATH:/usr/sbin:/sbin" ip link set lo up
  # The rights that an ordinary user had for the line above are of no more use.
  exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"
fi
# An ordinary user's PATH may lack the folders of ip and iptables.
export PATH="$PATH:/usr/sbin:/sbin"
ip link add stages0 type bridge
for link in all default stages0; do echo 1 > "/proc/sys/net/ipv4/conf/$link/route_localnet"; done
# The boxes' networks 127.42 to 127.51 (addresses.ts) are behind the bridge; all other loopback addresses stay here.
ip -batch - << END
link set lo up
addr del 127.0.0.1/8 dev lo
addr add 127.0.0.1/32 dev lo
addr add 127.41.255.254/32 dev stages0
link set stages0 up
$(for net in 127.0.0.0/11 127.32.0.0/13 127.40.0.0/15 127.52.0.0/14 127.56.0.0/13 127.64.0.0/10 127.128.0.0/9; do
  echo "route add local $net dev lo src 127.0.0.1"
done)
$(for net in 127.42.0.0/15 127.44.0.0/14 127.48.0.0/14; do echo "route add $net dev stages0 src 127.41.255.254"; done)
END
export SCALING_OWN_NETWORK_OWNER=$$
exec "$@"
