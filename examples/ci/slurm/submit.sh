#!/usr/bin/env bash
# Runs a suite as an array of Slurm tasks, and merges their results when all of them are whole:
#
#   ./submit.sh 16 results/tonight --seeds 200 --strategy ./my-strategy.js,lww
#
# The directory has to be on a file system that all nodes see. What was stopped (a node went down, the time was up, Ctrl-C)
# goes on with the same command: nothing that is whole is run again.
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "usage: $0 SHARDS DIRECTORY [options of lostwrites run]" >&2
  exit 2
fi
shards=$1 directory=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mkdir -p "$directory/logs"
array=$(sbatch --parsable --array="1-$shards" --output="$directory/logs/shard-%a.txt" --open-mode=append \
  "$here/shard.sbatch" "$shards" "$directory" "$@")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --output="$directory/logs/merge.txt" \
  "$here/merge.sbatch" "$directory")
echo "array $array, merge $merge: the verdict will be the exit code of $merge, and stand in $directory/logs/merge.txt"
