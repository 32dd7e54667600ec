#!/usr/bin/env bash
# Two replicas behind HAProxy, with the readiness endpoint as the check. One is stopped gracefully under load: no request fails. It is
# started again, and the other one is killed: only the requests that it was serving fail, and the rest is served by the survivor.
source "$(dirname "$0")/lib.sh"

install_program haproxy haproxy
settings+=(--SharedModels:Leasing:StopNotice=00:00:03)
export FRONT_PORT PORT_A PORT_B
FRONT_PORT=$(free_port) PORT_A=$(free_port) PORT_B=$(free_port)
start_api a "$PORT_A"
a=$api
start_api b "$PORT_B"
b=$api
PATH=$PATH:/usr/sbin haproxy -db -f "$(dirname "$0")/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
started+=("$!")
wait_for "http://127.0.0.1:$FRONT_PORT/health/ready" 200 || fail "HAProxy finds no replica"

concurrency=12 # not "clients", which start_load sets
start_load "$FRONT_PORT" $concurrency
sleep 5
kill -TERM "$a"
code=0
wait "$a" || code=$?
[[ $code == 0 ]] || fail "the stopped replica ended with exit code $code"
sleep 3
start_api a "$PORT_A"
sleep 3
stop_load
echo "graceful stop and restart of a: $(summary)"
[[ $(answered) == "$(wc -l <"$work/answers")" && $(answered) -gt 0 ]] || fail "requests failed when a replica was stopped: $(summary)"

start_load "$FRONT_PORT" $concurrency
sleep 5
kill -KILL "$b"
wait "$b" 2>/dev/null || true
sleep 2
after=$(answered)
sleep 5
stop_load
failed=$(($(wc -l <"$work/answers") - $(answered)))
echo "b killed: $(summary)"
((failed <= concurrency)) || fail "$failed requests failed, but at most $concurrency were running when the replica was killed: $(summary)"
(($(answered) > after)) || fail "the survivor did not serve the clients: $(summary)"
