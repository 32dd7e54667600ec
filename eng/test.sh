#!/usr/bin/env bash
# Builds everything and runs all tests, except those of clusters of processes, which take some minutes more: --cluster runs only them.
# The last line contains the numbers of passed, failed and skipped tests.
# A test host that reports nothing for five minutes, or a minute longer than its longest test may take, is dumped and stopped.
# If a test fails, the script keeps the results, the dumps and the lists of the tests that ran, and prints their folder.
set -euo pipefail
cd "$(dirname "$0")/.."
bash eng/setup.sh --tests
results=$(mktemp -d)
cluster=tests/SharedModels.Cluster.Tests/SharedModels.Cluster.Tests.csproj
logger=()
case ${1:-} in
  "")
    build=SharedModels.sln
    projects=$(find tests -maxdepth 2 -name '*.Tests.csproj' ! -path "$cluster" | sort)
    ;;
  --cluster)
    # The tests write the times that they measure.
    logger=(--logger "console;verbosity=detailed")
    build=$cluster
    projects=$cluster
    ;;
  *)
    echo "eng/test.sh: '$1' is not an option. Use --cluster to run the tests of clusters of processes, or no option to run all others." >&2
    exit 2
    ;;
esac

# Respects test timeouts that are raised on purpose (see tests/Bounded/TestBound.cs), and tests that are marked as long.
hang_of() {
  local longest
  longest=$({
    echo 4
    grep -rhoE 'LongRunning\(minutes: [0-9]+' "$1" --include='*Tests.cs' | grep -oE '[0-9]+' || true
  } | sort -n | tail -1)
  awk "BEGIN { print int((60 + 60 * $longest) * ${TEST_TIMEOUT_SECONDS:-120} / 120 + ${STRESS_SECONDS:-0} + ${HISTORIES:-0} / 50) }"
}

dotnet build "$build"

# Runs one project at a time, because the tests of a project use all cores. Each project has its own folder, so that missing results
# are noticed.
status=0
lost=0
for project in $projects; do
  folder=$results/$(basename "$project" .csproj)
  outcome=0
  run=()
  if grep -q TorchSharp-cpu "$project"; then run=(bash eng/debian13.sh); fi
  "${run[@]}" dotnet test "$project" --no-build --logger trx "${logger[@]}" --results-directory "$folder" \
    --blame-crash --blame-crash-dump-type mini \
    --blame-hang --blame-hang-timeout "$(hang_of "$(dirname "$project")")s" --blame-hang-dump-type mini || outcome=$?

  # A host that crashed or was stopped leaves no results, or results without a failure.
  has() { grep -qsE "<Counters $1" "$folder"/*.trx; }
  if ! has 'total="[1-9]' || { [ "$outcome" -ne 0 ] && ! has '[^>]* failed="[1-9]'; }; then
    lost=$((lost + 1))
    outcome=1
    echo "$project: the run failed, but no test is reported as failed." >&2
  fi
  if [ "$outcome" -ne 0 ]; then status=1; fi
done

count() {
  find "$results" -name '*.trx' -exec cat {} + | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' \
    | awk '{sum += $1} END {print sum + 0}'
}
total=$(count total)
executed=$(count executed)
passed=$(count passed)
failed=$((executed - passed + lost))
if [ "$passed" -eq 0 ]; then status=1; fi
if [ "$status" -eq 0 ]; then
  rm -rf "$results"
else
  echo "The results are in $results."
fi
if [ -z "${1:-}" ]; then echo "The tests of clusters of processes did not run: eng/test.sh --cluster runs them."; fi
echo "$passed passed, $failed failed, $((total - executed)) skipped"
exit "$status"
