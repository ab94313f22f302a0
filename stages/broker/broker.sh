#!/usr/bin/env bash
# Starts the official image's Kafka with one file of settings and this box's own names. Natively the same file is used
# with the same overrides (apps/cli/src/runtime/native/kinds/kafka.ts), on a log directory that was prepared once.
set -euo pipefail
settings=${1:?path of the settings}
data=/var/lib/kafka/data

# What differs from box to box. The controller is found by its name, so a log directory serves under any address.
overrides=(
  "log.dirs=$data"
  "listeners=PLAINTEXT://$BOX_ADDRESS:9092,CONTROLLER://$BOX_ADDRESS:9093"
  "advertised.listeners=PLAINTEXT://$BROKER_NAME:9092"
  "controller.quorum.voters=1@$BROKER_NAME:9093"
)
# The image's own places are read-only here.
export LOG_DIR=/tmp/logs

# The image brings an archive of the classes of either program: loading them one by one takes a small box half a minute.
machine=${KAFKA_JVM_PERFORMANCE_OPTS:-}
if [ ! -f "$data/meta.properties" ]; then
  printf '%s\n' "${overrides[@]}" | cat "$settings" - > /tmp/format.properties
  # Any name will do for the cluster; it is one broker that meets no other.
  KAFKA_JVM_PERFORMANCE_OPTS="$machine -XX:SharedArchiveFile=/opt/kafka/storage.jsa" \
    /opt/kafka/bin/kafka-storage.sh format --config /tmp/format.properties --cluster-id c2NhbGluZy10aWNrZXRzIQ
fi
arguments=()
for override in "${overrides[@]}"; do arguments+=(--override "$override"); done
export KAFKA_JVM_PERFORMANCE_OPTS="$machine -XX:SharedArchiveFile=/opt/kafka/kafka.jsa"
exec /opt/kafka/bin/kafka-server-start.sh "$settings" "${arguments[@]}"
