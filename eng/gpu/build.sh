#!/usr/bin/env bash
# Builds artifacts/gpu.tar.xz for a machine with a GPU and without .NET: x86-64 Linux, the NVIDIA driver, no network.
#   probe        measures the driver, transfers, pinning and NVML, without libtorch: one native executable
#   benchmarks   measures TorchSharp modules, and includes the .NET runtime. It uses the libtorch of the machine's PyTorch. LibTorchSharp
#                is compiled against it on that machine, so set TORCHSHARP_SOURCE to a clone of TorchSharp at the tag of the package.
#                Without it, the benchmarks are omitted.
# Not run on a GPU so far: see RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=artifacts/gpu
rm -rf "$out" "$out.tar.xz"
mkdir -p "$out"

dotnet publish tests/SharedModels.GpuProbe --configuration Release --runtime linux-x64 --verbosity quiet --output "$out/probe"
find "$out/probe" -type f ! -name gpu-probe -delete

if [[ -n ${TORCHSHARP_SOURCE:-} ]]; then
  dotnet publish tests/SharedModels.GpuBenchmarks --configuration Release --runtime linux-x64 --self-contained --verbosity quiet \
    --output "$out/benchmarks"
  # The machine compiles its own library. The packaged library would be found first.
  rm -f "$out/benchmarks/libLibTorchSharp.so"
  find "$out/benchmarks" \( -name '*.pdb' -o -name '*.xml' \) -delete
  cp -r "$TORCHSHARP_SOURCE/src/Native" "$out/native"
  # The headers of another libtorch version may cause warnings.
  find "$out/native" -name CMakeLists.txt -exec sed -i 's/-Werror//' {} +
  cp eng/gpu/owlv2_pytorch.py samples/VisionApi/demo-checkpoint/samples/sample1.png "$out/"
fi

cp eng/gpu/run.sh "$out/"
tar --create --xz --file "$out.tar.xz" --directory artifacts gpu
size=$(stat --format=%s "$out.tar.xz")
echo "artifacts/gpu.tar.xz: $((size / 1024 / 1024)) MiB"
if [[ $size -gt $((64 * 1024 * 1024)) ]]; then
  echo "gpu: the package is larger than 64 MiB." >&2
  exit 1
fi
