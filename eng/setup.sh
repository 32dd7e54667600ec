#!/usr/bin/env bash
# Makes sure that what the projects need of the machine is there: the .NET 10 SDK and the library that decodes QR codes.
# With --tests also a browser for the browser tests, which are skipped without one. Quick and without effect when all is there.
set -euo pipefail

declare -A packages=(
  [libzbar.so.0]=libzbar0
)

fail() {
  echo "setup: $*" >&2
  exit 1
}

installed_libraries() {
  local ldconfig
  ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig) || fail "ldconfig is not found: this is no Debian-like Linux. The libraries needed are: ${!packages[*]}"
  "$ldconfig" -p
}

missing_packages() {
  local libraries library
  libraries=$(installed_libraries)
  for library in "${!packages[@]}"; do
    grep -qF "$library " <<<"$libraries" || echo "${packages[$library]}"
  done | sort | paste -sd ' '
}

can_install() {
  [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null
}

install() {
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

ensure_sdk() {
  local version
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
  # The version is asked for here, where global.json names the one that is needed.
  version=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && dotnet --version 2>/dev/null) \
    || fail "no .NET SDK here fits global.json, which needs 10.0. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
  [[ $version == 10.* ]] || fail "the .NET SDK is $version, and 10.0 is needed. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
}

ensure_libraries() {
  local missing
  missing=$(missing_packages)
  [[ -n $missing ]] || return 0
  can_install || fail "packages are missing; install them with: sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
  echo "setup: installing $missing"
  # shellcheck disable=SC2086 # the packages are words
  install $missing || fail "apt-get could not install $missing"
  missing=$(missing_packages)
  [[ -z $missing ]] || fail "still missing after the installation: $missing"
}

ensure_browser() {
  command -v chromium >/dev/null && return 0
  if can_install; then
    echo "setup: installing chromium"
    install chromium && return 0
  fi
  echo "setup: chromium is not here and could not be installed (apt-get install chromium); the browser tests are skipped."
}

ensure_sdk
ensure_libraries
if [[ ${1:-} == --tests ]]; then
  ensure_browser
fi
