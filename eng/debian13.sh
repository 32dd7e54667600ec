#!/usr/bin/env bash
# Runs a command in an environment that can load the native library of TorchSharp, which needs the libstdc++ of GCC 13
# (GLIBCXX_3.4.32). If the machine has it, the command runs directly. On an older system, such as Debian 12, the command runs in a
# Debian 13 root, into which the folders of the machine are mounted. The first call creates the root (about two minutes, 270 MB) in
# ${XDG_CACHE_HOME:-~/.cache}/sharedmodels/debian13. If that is not possible, the script prints the reason and runs the command directly.
set -euo pipefail

needed=GLIBCXX_3.4.32
root=${XDG_CACHE_HOME:-$HOME/.cache}/sharedmodels/debian13
repository=$(cd "$(dirname "$0")/.." && pwd)

# Checks the library that programs load on this machine, not the library that a compiler would use.
has_libstdcxx() {
  local ldconfig library
  ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig) || return 1
  library=$("$ldconfig" -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }')
  [[ -n $library ]] && grep -qaF "$needed" "$library"
}

# Prints the reason why a root cannot be created here. Prints nothing if it can.
find_obstacle() {
  if [[ $(uname -s) != Linux || $(uname -m) != x86_64 ]]; then
    echo "TorchSharp has no native library for $(uname -sm)"
  elif [[ $(id -u) -ne 0 ]]; then
    echo "only the root user can create and enter a Debian 13 root"
  elif ! unshare --mount true 2>/dev/null; then
    echo "this environment does not allow mount namespaces"
  elif ! command -v debootstrap >/dev/null && ! command -v apt-get >/dev/null; then
    echo "debootstrap is not installed"
  fi
}

make_root() {
  local new
  if ! command -v debootstrap >/dev/null; then
    apt-get update -qq >/dev/null || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null || return 1
  fi
  new=$(mktemp -d "$root.XXXX")
  if ! debootstrap --variant=minbase --include=libicu76,libssl3t64,zlib1g,ca-certificates,libgomp1 trixie "$new" >"$new.log" 2>&1; then
    tail -n 3 "$new.log" >&2
    rm -rf "$new" "$new.log"
    return 1
  fi
  rm -f "$new.log"
  chmod 755 "$new"
  mv "$new" "$root"
}

run_in_root() {
  local sdk
  sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  exec unshare --mount --propagation private bash -c '
    set -euo pipefail
    root=$1 sdk=$2 folder=$3 repository=$4
    shift 4
    # Mounts all folders of the machine except the system folders, with the same paths.
    for path in /*; do
      case $path in
        /bin | /boot | /etc | /lib* | /lost+found | /sbin | /usr | /var) continue ;;
      esac
      [[ -d $path && ! -L $path ]] || continue
      mkdir -p "$root$path"
      mount --rbind "$path" "$root$path"
    done
    # Required folders may be inside a system folder: /usr/src/app, /var/lib/jenkins/workspace.
    for path in "$sdk" "$repository" "$folder" "${HOME:-}" "${NUGET_PACKAGES:-}" "${TMPDIR:-}"; do
      [[ $path == /*/* && -d $path ]] || continue
      mkdir -p "$root$path"
      mount --rbind "$path" "$root$path"
    done
    exec chroot "$root" /usr/bin/env --chdir="$folder" PATH="$sdk:/usr/sbin:/usr/bin:/sbin:/bin" DOTNET_ROOT="$sdk" "$@"
  ' bash "$root" "$sdk" "$PWD" "$repository" "$@"
}

if has_libstdcxx; then
  exec "$@"
fi

obstacle=$(find_obstacle)
if [[ -z $obstacle && ! -d $root ]]; then
  echo "debian13: creating a Debian 13 root for TorchSharp, which takes about two minutes" >&2
  mkdir -p "$(dirname "$root")"
  (
    flock 9
    [[ -d $root ]] || make_root
  ) 9>"$root.lock" || obstacle="debootstrap failed"
fi
if [[ -n $obstacle ]]; then
  echo "debian13: TorchSharp cannot run here: the machine's libstdc++ lacks $needed, and $obstacle." >&2
  exec "$@"
fi
run_in_root "$@"
