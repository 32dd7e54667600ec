#!/usr/bin/env bash
# Builds everything and runs every test; the last line says how many passed, failed and were skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
bash eng/setup.sh --tests
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
dotnet build SharedModels.sln
status=0
dotnet test SharedModels.sln --no-build --logger trx --results-directory "$results" || status=$?
count() { cat "$results"/*.trx | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{sum += $1} END {print sum + 0}'; }
total=$(count total)
executed=$(count executed)
passed=$(count passed)
failed=$((executed - passed))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
if [ "$passed" -eq 0 ]; then status=1; fi
echo "$passed passed, $failed failed, $((total - executed)) skipped"
exit "$status"
