#!/usr/bin/env bash
# Creates an OWLv2 checkpoint with seeded weights, for any configuration, type and number of files. Without arguments, it prints its usage.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
(cd "$root" && dotnet build tests/SharedModels.CheckpointMaker --configuration Release --verbosity quiet --nologo >&2)
exec dotnet "$root/tests/SharedModels.CheckpointMaker/bin/Release/net10.0/SharedModels.CheckpointMaker.dll" "$@"
