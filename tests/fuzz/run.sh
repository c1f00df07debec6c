#!/bin/sh
# Runs every fuzz target of a build folder, and fails with the input that one of them ends at.
#
#   tests/fuzz/run.sh BUILD            20,000 inputs each, the same ones each time
#   tests/fuzz/run.sh BUILD SECONDS    that long each, going on where the last such run was
set -eu
cd "$(dirname "$0")/../.."
build=$1 seconds=${2:-}
mkdir -p "$build/fuzz"

# One target: its log goes to a file, and to the terminal where it fails.
run() {
  name=$1 found=$build/fuzz/$1 log=$build/fuzz/$1.log
  if [ -n "$seconds" ]; then limit="-max_total_time=$seconds"; else
    limit="-runs=20000 -seed=1"
    found=$found.short
    rm -rf "$found"
  fi
  mkdir -p "$found"
  # shellcheck disable=SC2086
  "$build/bin/${name}_fuzzer" $limit -max_len=4096 -dict="tests/fuzz/$name.dict" \
    -artifact_prefix="$build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1 || {
      tail -n 40 "$log" >&2
      printf 'fuzz: %s failed (%s)\n' "$name" "$log" >&2
      return 1
    }
  printf '  %-12s %s\n' "$name" "$(grep -o '^Done.*' "$log")"
}

failed=0
for folder in tests/fuzz/corpus/*; do
  run "$(basename "$folder")" || failed=1
done
exit $failed
