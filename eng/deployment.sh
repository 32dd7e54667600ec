#!/usr/bin/env bash
# Checks the deployment of the VisionApi sample: eng/deployment.sh [limits | read-only | not-root | stop | replicas]…
# By default, it runs all checks in about three minutes. If this machine does not allow a check, the script skips it and prints the reason.
# The last line contains the numbers.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT
chmod 755 "$app"
echo "building the sample"
dotnet publish "$root/samples/VisionApi" --configuration Release --output "$app" --verbosity quiet --nologo >&2
chmod -R a+rX "$app"
export root app

passed=0 failed=0 skipped=0
if [[ $# -eq 0 ]]; then set -- limits read-only not-root stop replicas; fi
for check in "$@"; do
  echo "== $check"
  code=0
  bash "$root/eng/deployment/$check.sh" || code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $((passed + skipped)) -gt 0 ]]
