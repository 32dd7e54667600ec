#!/usr/bin/env bash
# The sample on a read-only file system, without a writable folder: it starts, and reads uploads of 160 kB and 650 kB.
source "$(dirname "$0")/lib.sh"

need_root "mount file systems"
unshare --mount true 2>/dev/null || skip "this environment does not allow mount namespaces"

# The log is opened outside. /dev stays: it is not on the disk.
read_only='
  set -e
  awk "{ print \$2 }" /proc/mounts | sort -ru | while read -r folder; do
    case $folder in /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) ;; *) mount -o remount,bind,ro "$folder" 2>/dev/null || true ;; esac
  done
  for folder in / /tmp /var/tmp /run "$HOME"; do
    if [[ -d $folder ]] && touch "$folder/.written" 2>/dev/null; then
      rm -f "$folder/.written"
      echo "$folder is writable"
      exit 1
    fi
  done
  exec "$@"'
port=$(free_port)
DOTNET_EnableDiagnostics=0 start_api api "$port" unshare --mount --propagation private bash -c "$read_only" read-only
images=$root/samples/VisionApi/demo-checkpoint/samples
for image in sample4.png sample1.png; do
  status=$(curl -s -o "$work/answer.json" -w '%{http_code}' -F "image=@$images/$image" -F "prompts=a red triangle" \
    "http://127.0.0.1:$port/v1/detect")
  [[ $status == 200 ]] || fail "$image: $status $(cat "$work/answer.json")"
done
grep -q 'is writable' "$work/api.log" && fail "$(cat "$work/api.log")"
kilobytes() { echo $(($(stat -c %s "$images/$1") / 1000)); }
echo "no folder is writable, and uploads of $(kilobytes sample4.png) and $(kilobytes sample1.png) kB were answered"
