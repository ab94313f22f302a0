#!/bin/bash
# As the official one: the class named first, with the options that the environment gives the Java machine.
# shellcheck disable=SC2086
jars=("$(dirname "$0")"/../libs/*)
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} $KAFKA_JVM_PERFORMANCE_OPTS ${KAFKA_LOG4J_OPTS:--Dlog4j2.level=WARN} $KAFKA_OPTS \
  -cp "$(IFS=: && echo "${jars[*]}")" "$@"
