#!/usr/bin/env bash
# Measures a suite and prints a Markdown table; without a suite's name it prints the suites there are.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/SharedModels.Benchmarks --configuration Release --verbosity quiet --nologo >&2
exec bash eng/debian13.sh dotnet tests/SharedModels.Benchmarks/bin/Release/net10.0/SharedModels.Benchmarks.dll "$@"
