#!/usr/bin/env bash
# Builds the VisionApi sample and serves it: http://localhost:5080, or where ASPNETCORE_URLS says. Arguments go to the sample; paths among them are
# relative to where you are: ./eng/run.sh --SharedModels:Models:owlv2:Checkpoint=<folder>
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bash "$root/eng/setup.sh"
(cd "$root" && dotnet build samples/VisionApi --configuration Release --verbosity quiet --nologo)
exec dotnet "$root/samples/VisionApi/bin/Release/net10.0/VisionApi.dll" "$@"
