# Functions for the checks in this folder. Source it.

set -euo pipefail
settings=(--SharedModels:Leasing:AcquireTimeout=00:00:20)

# Stops the check as passed, skipped or failed. eng/deployment.sh counts the exit codes.
skip() {
  echo "skipped: $*"
  exit 77
}

fail() {
  echo "failed: $*" >&2
  for log in "$work"/*.log; do [[ -f $log ]] && tail -n 20 "$log" >&2; done
  exit 1
}

need_root() {
  [[ $(id -u) -eq 0 ]] || skip "only the root user can $1"
}

# install_program <program> <Debian package>
install_program() {
  PATH=$PATH:/usr/sbin command -v "$1" >/dev/null && return 0
  [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null || skip "$1 is not installed"
  # With this run level, no service of the package starts.
  echo "installing $2"
  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null 2>&1 \
    || skip "$1 could not be installed (apt-get install $2)"
}

# Everything that a check starts ends with it, by its process id.
started=()

clean_up() {
  local process
  for process in "${started[@]}"; do kill -KILL "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if declare -F undo >/dev/null; then undo; fi
  rm -rf "$work"
}

work=$(mktemp -d)
chmod 755 "$work"
trap clean_up EXIT

# start_api <name> <port> [command prefix…]: starts the sample and waits until it is ready. Sets $api to its process id.
start_api() {
  local name=$1 port=$2
  shift 2
  "$@" dotnet "$app/VisionApi.dll" --urls="http://127.0.0.1:$port" "${settings[@]}" >"$work/$name.log" 2>&1 &
  api=$!
  started+=("$api")
  wait_for "http://127.0.0.1:$port/health/ready" 200 || fail "$name is not ready after a minute"
}

# wait_for <url> <status>
wait_for() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    [[ $(curl -s -o /dev/null -m 2 -w '%{http_code}' "$1") == "$2" ]] && return 0
    sleep 0.2
  done
  return 1
}

# start_load <port> <clients>: sends images until stop_load. Each line of $work/answers is "<curl's exit code> <status>".
start_load() {
  local client port=$1
  clients=()
  rm -f "$work/stop"
  : >"$work/answers"
  for ((client = 0; client < $2; client++)); do
    while [[ -d $work && ! -e $work/stop ]]; do
      send "$port" "$client" >>"$work/answers"
    done &
    clients+=("$!")
    started+=("$!")
  done
}

stop_load() {
  touch "$work/stop"
  wait "${clients[@]}"
}

# send <port> <number>: sends an image with a QR code, or one with shapes.
send() {
  local status code=0 form=(-F "image=@$root/tests/fixtures/qr/clean-03.png")
  local path=/v1/qr
  if (($2 % 2)); then
    path=/v1/detect
    form=(-F "image=@$root/samples/VisionApi/demo-checkpoint/samples/sample4.png" -F "prompts=a yellow cross")
  fi
  status=$(curl -s -o /dev/null -m 60 -w '%{http_code}' "${form[@]}" "http://127.0.0.1:$1$path") || code=$?
  echo "$code $status"
  # A client that was rejected waits before it tries again.
  [[ $status == 200 ]] || sleep 0.1
}

# count <pattern>: the number of answers that match.
count() { grep -cE "$1" "$work/answers" || true; }

answered() { count '^0 200$'; }

# Prints all kinds of answers and their numbers.
summary() {
  sort "$work/answers" | uniq -c \
    | awk '{ printf "%s%s × %s", sep, ($2 == 0 ? "status " $3 : "curl error " $2), $1; sep = ", " }'
}

# Prints a free port.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}
