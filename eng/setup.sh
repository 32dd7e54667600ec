#!/usr/bin/env bash
# Checks that the .NET 10 SDK is installed. With --tests, it also installs a browser for the browser tests, which are skipped without one.
# If everything is installed, it changes nothing and is fast.
set -euo pipefail

fail() {
  echo "setup: $*" >&2
  exit 1
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
  # Runs in the repository, whose global.json specifies the required version.
  version=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && dotnet --version 2>/dev/null) \
    || fail "no installed .NET SDK matches global.json, which requires 10.0. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
  [[ $version == 10.* ]] || fail "the .NET SDK is $version, but 10.0 is required. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
}

ensure_browser() {
  command -v chromium >/dev/null && return 0
  if can_install; then
    echo "setup: installing chromium"
    install chromium && return 0
  fi
  echo "setup: chromium is not installed and cannot be installed (apt-get install chromium). The browser tests are skipped."
}

ensure_sdk
if [[ ${1:-} == --tests ]]; then
  ensure_browser
fi
