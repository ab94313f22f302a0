#!/usr/bin/env bash
# Covers a folder that the boxes' user may not enter by an empty one, in which only some of the folders below it are seen:
#   cover.sh FOLDER SHOWN…
# Runs in a stack's own mount namespace, and is seen only there.
set -eu
covered=$1
shift
files=()
for shown in "$@"; do
  # Through an open file, for its path leads nowhere once it is covered.
  exec {file}< "$shown"
  files+=("$file")
done
mount -t tmpfs -o mode=755,size=1m cover "$covered"
for shown in "$@"; do
  mkdir -p "$shown"
  mount --no-canonicalize --rbind "/proc/self/fd/${files[0]}" "$shown"
  files=("${files[@]:1}")
done
