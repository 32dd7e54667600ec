#!/usr/bin/env bash
# The sample in a control group of 512 MiB and half a CPU: eight clients get answers, nothing is killed, and the limits are in force.
source "$(dirname "$0")/lib.sh"

memory=$((512 * 1024 * 1024))
need_root "create control groups"
name=sharedmodels-$$
groups=()

undo() { for group in "${groups[@]}"; do rmdir "$group" 2>/dev/null || true; done; }

# make_group <folder> <file>=<value>…
make_group() {
  local group=$1/$name setting
  mkdir "$group" 2>/dev/null || skip "control groups cannot be created in $1"
  groups+=("$group")
  for setting in "${@:2}"; do
    echo "${setting#*=}" 2>/dev/null >"$group/${setting%%=*}" || skip "${setting%%=*} cannot be set in $1"
  done
}

v2=/sys/fs/cgroup
if [[ -f $v2/cgroup.controllers ]] && grep -q memory "$v2/cgroup.subtree_control" && grep -q cpu "$v2/cgroup.subtree_control"; then
  make_group "$v2" memory.max=$memory memory.swap.max=0 cpu.max="50000 100000"
  kills() { awk '/^oom_kill / { print $2 }' "$v2/$name/memory.events"; }
  peak() { cat "$v2/$name/memory.peak"; }
  cpu=$v2/$name
elif [[ -d /sys/fs/cgroup/memory && -d /sys/fs/cgroup/cpu ]]; then
  make_group /sys/fs/cgroup/memory memory.limit_in_bytes=$memory
  make_group /sys/fs/cgroup/cpu cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000
  kills() { awk '/^oom_kill / { print $2 }' "/sys/fs/cgroup/memory/$name/memory.oom_control"; }
  peak() { cat "/sys/fs/cgroup/memory/$name/memory.max_usage_in_bytes"; }
  cpu=/sys/fs/cgroup/cpu/$name
else
  skip "this machine does not offer the memory and CPU controllers"
fi

enter='
for group in "${@:2:$1}"; do
  echo $$ >"$group/cgroup.procs"
done
shift $(($1 + 1))
exec "$@"'
port=$(free_port)
start_api api "$port" bash -c "$enter" enter "${#groups[@]}" "${groups[@]}"
for group in "${groups[@]}"; do
  grep -qx "$api" "$group/cgroup.procs" || fail "the sample is not in the control group $group"
done
start_load "$port" 8
sleep "${SECONDS_OF_LOAD:-20}"
stop_load
wait_for "http://127.0.0.1:$port/health/ready" 200 || fail "the sample is not ready after the load"
((answered = $(answered), answered >= 20)) || fail "only $answered answers: $(summary)"
[[ $(count '^0 (200|503)$') == "$(wc -l <"$work/answers")" ]] || fail "unexpected answers: $(summary)"
[[ $(kills) == 0 ]] || fail "the kernel killed $(kills) processes"
throttled=$(awk '/^nr_throttled / { print $2 }' "$cpu/cpu.stat")
echo "8 clients for ${SECONDS_OF_LOAD:-20} s: $(summary). At most $(($(peak) / 1024 / 1024)) MiB in use," \
  "CPU limit reached in $throttled periods, no process killed"
