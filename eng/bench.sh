#!/usr/bin/env bash
# Measures a suite and prints a Markdown table; without a suite's name it prints the suites there are.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/SharedModels.Benchmarks --configuration Release --verbosity quiet --nologo >&2
run=()
# The Debian 13 root has what TorchSharp needs, and no more: no compiler to link what is published, for instance.
if [[ ${1:-} == vision || ${1:-} == owlv2 ]]; then run=(bash eng/debian13.sh); fi
exec "${run[@]}" dotnet tests/SharedModels.Benchmarks/bin/Release/net10.0/SharedModels.Benchmarks.dll "$@"
