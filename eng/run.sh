#!/usr/bin/env bash
# Builds the VisionApi sample and serves it: http://localhost:5080, or where ASPNETCORE_URLS says. Arguments go to the sample.
set -euo pipefail
cd "$(dirname "$0")/.."
bash eng/setup.sh
exec dotnet run --project samples/VisionApi --configuration Release -- "$@"
