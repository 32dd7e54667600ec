#!/usr/bin/env bash
# Checks that the .NET 10 SDK is installed. With --tests, it also installs a browser, a Prometheus server, a Redis server and a spelling
# checker. Tests that need one of them are skipped without it.
# If everything is installed, it changes nothing and is fast.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

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
  local version remedy="Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing. $remedy"
  # Runs in the repository, whose global.json specifies the required version.
  version=$(dotnet --version 2>/dev/null) \
    || fail "no installed .NET SDK matches global.json, which requires 10.0. $remedy"
  [[ $version == 10.* ]] || fail "the .NET SDK is $version, but 10.0 is required. $remedy"
}

# The program, the Debian package that has it, and the tests that need it.
ensure_program() {
  command -v "$1" >/dev/null && return 0
  if can_install; then
    echo "setup: installing $2"
    install "$2" && return 0
  fi
  echo "setup: $1 is missing and could not be installed (apt-get install $2). The $3 are skipped."
}

ensure_speller() {
  local folder=artifacts/cspell version=9.8.0
  [[ -x $folder/node_modules/.bin/cspell ]] && return 0
  if command -v npm >/dev/null; then
    npm install --silent --no-save --no-package-lock --prefix "$folder" "cspell@$version" >/dev/null 2>&1 && return 0
  fi
  echo "setup: cspell is missing and could not be installed (npm install cspell). The spelling check is skipped."
}

ensure_sdk
if [[ ${1:-} == --tests ]]; then
  ensure_program chromium chromium "browser tests"
  ensure_program prometheus prometheus "tests with a Prometheus server"
  ensure_program redis-server redis-server "tests with a Redis server"
  ensure_speller
fi
