#!/usr/bin/env bash
# SIGTERM under load: every request whose connection the sample accepted is answered with 200, and the sample ends in time with exit code 0.
# A connection that fails (curl error 7) after SIGTERM was not accepted.
source "$(dirname "$0")/lib.sh"

notice=5
settings+=(--SharedModels:Leasing:StopNotice=00:00:0$notice)
port=$(free_port)
start_api api "$port"
start_load "$port" 24
sleep 5
before=$(answered)
begin=$SECONDS
kill -TERM "$api"
sleep 0.5
[[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health/ready") == 503 ]] \
  || fail "readiness is not 503 during the notice"
# Connections end before the listener closes, as they do when a load balancer has seen that.
sleep $((notice - 3))
stop_load
code=0
wait "$api" || code=$?
[[ $code == 0 ]] || fail "the sample ended with exit code $code"
((SECONDS - begin <= 30)) || fail "the sample took $((SECONDS - begin)) s to end"
[[ $(answered) == "$(wc -l <"$work/answers")" ]] || fail "requests were lost: $(summary)"
((before > 0 && $(answered) > before)) || fail "no request was answered after SIGTERM: $(summary)"
echo "24 clients: $before answers before SIGTERM, $(($(answered) - before)) after it, none lost; ended after $((SECONDS - begin)) s"

# Without a notice, the sample stops listening immediately, and answers the requests that it has accepted.
settings=("${settings[@]/#--SharedModels:Leasing:StopNotice=*/--SharedModels:Leasing:StopNotice=00:00:00}")
start_api api "$port"
start_load "$port" 24
sleep 5
kill -TERM "$api"
code=0
wait "$api" || code=$?
stop_load
[[ $code == 0 ]] || fail "without a notice, the sample ended with exit code $code"
lost=$(($(wc -l <"$work/answers") - $(answered) - $(count '^7 000$')))
echo "without a notice: $(answered) answers, $(count '^7 000$') connections failed, $lost lost"
((lost == 0)) || fail "without a notice, requests were lost: $(summary)"
