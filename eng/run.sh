#!/usr/bin/env bash
# Builds and runs the VisionApi sample at http://localhost:5080 or at ASPNETCORE_URLS. Arguments are passed to the sample.
# Relative paths in them are resolved against the current directory: ./eng/run.sh --SharedModels:Models:owlv2:Checkpoint=<folder>
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bash "$root/eng/setup.sh"
echo "run: building the sample. The first build takes some minutes."
(cd "$root" && dotnet build samples/VisionApi --configuration Release --verbosity quiet --nologo)
exec dotnet "$root/samples/VisionApi/bin/Release/net10.0/VisionApi.dll" "$@"
