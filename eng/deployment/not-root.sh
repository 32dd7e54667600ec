#!/usr/bin/env bash
# The sample as the user nobody, without capabilities.
source "$(dirname "$0")/lib.sh"

need_root "become another user"
command -v setpriv >/dev/null || skip "setpriv is not installed"
for path in "$app/VisionApi.dll" "$(readlink -f "$(command -v dotnet)")"; do
  setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$path" || skip "the user nobody cannot read $path"
done
port=$(free_port)
HOME=/nonexistent start_api api "$port" \
  setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs
[[ $(awk '/^Uid:/ { print $2 }' "/proc/$api/status") == 65534 ]] || fail "the sample does not run as nobody"
[[ $(awk '/^CapEff:/ { print $2 }' "/proc/$api/status") == 0000000000000000 ]] || fail "the sample has capabilities"
start_load "$port" 4
sleep 3
stop_load
[[ $(answered) == "$(wc -l <"$work/answers")" && $(answered) -gt 0 ]] || fail "unexpected answers: $(summary)"
echo "user 65534 without capabilities: $(summary)"
