#!/usr/bin/env bash
# Measures what only a CUDA device can tell, and prints the tables that eng/gpu/RESULTS.md keeps. Builds the benchmarks and what they need, no more.
# TorchSharp's native half is the package with CUDA for Linux, or a build of your own in TORCHSHARP_DIR=<folder>.
# OWLV2_CHECKPOINTS=<folder>:<folder> adds OWLv2, next to PyTorch where python3 has torch and transformers.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
  echo "gpu: $*" >&2
  echo "gpu: measured would have been: to(device) against the arena for 0.5, 1.5 and 6 GB; the alternation of two models against upstream's scheme;" >&2
  echo "gpu: transfers hidden behind compute; drift over 1,000 cycles; 64 clients on one device; OWLv2 in bfloat16." >&2
  exit 3
}

ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig || true)
# Not grep -q, which ends before ldconfig has said all: pipefail takes the broken pipe for a miss.
[[ -n $ldconfig ]] && "$ldconfig" -p | grep -F "libcuda.so.1 " >/dev/null || fail "the CUDA driver (libcuda.so.1) is not here: this machine has no CUDA device."
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=name,driver_version,memory.total,pcie.link.gen.current,pcie.link.width.current --format=csv || fail "nvidia-smi finds no device."
fi

native=(-p:TorchSharpNative=TorchSharp-cuda-linux)
if [[ -n ${TORCHSHARP_DIR:-} ]]; then
  native=()
  export LD_LIBRARY_PATH="$TORCHSHARP_DIR:${LD_LIBRARY_PATH:-}"
fi
dotnet build tests/SharedModels.Benchmarks --configuration Release --nologo "${native[@]}" >&2 \
  || fail "the benchmarks could not be built; where the package TorchSharp-cuda-linux cannot be restored, set TORCHSHARP_DIR."

if [[ -n ${OWLV2_CHECKPOINTS:-} ]]; then
  OWLV2_PYTORCH=$(mktemp)
  export OWLV2_PYTORCH
  trap 'rm -f "$OWLV2_PYTORCH"' EXIT
  IFS=: read -ra checkpoints <<<"$OWLV2_CHECKPOINTS"
  if ! python3 -c 'import PIL, torch, transformers' 2>/dev/null; then
    echo "gpu: PyTorch's side of OWLv2 is not measured: python3 with torch, transformers and PIL is not here." >&2
  elif ! python3 eng/gpu/owlv2_pytorch.py samples/VisionApi/demo-checkpoint/samples/sample1.png "${checkpoints[@]}" >"$OWLV2_PYTORCH"; then
    echo "gpu: PyTorch's side of OWLv2 is not measured: eng/gpu/owlv2_pytorch.py failed, as said above." >&2
    : >"$OWLV2_PYTORCH"
  fi
fi
dotnet tests/SharedModels.Benchmarks/bin/Release/net10.0/SharedModels.Benchmarks.dll gpu
