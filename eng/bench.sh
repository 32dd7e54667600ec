#!/usr/bin/env bash
# Runs a benchmark suite and prints a Markdown table. Without a suite, it lists the available suites.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/SharedModels.Benchmarks --configuration Release --verbosity quiet --nologo >&2
run=()
# The Debian 13 root contains only what TorchSharp needs. For example, it has no compiler to link published programs.
if [[ ${1:-} == vision || ${1:-} == owlv2 ]]; then run=(bash eng/debian13.sh); fi
exec "${run[@]}" dotnet tests/SharedModels.Benchmarks/bin/Release/net10.0/SharedModels.Benchmarks.dll "$@"
