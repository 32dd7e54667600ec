#!/usr/bin/env bash
# Runs the package of eng/gpu/build.sh on a machine with a GPU. Run it in the unpacked folder:
#   ./run.sh probe [suite...]        contexts, ordering, transfers, pinning, memory, nvml, errors (about a minute)
#   ./run.sh compile                 compiles LibTorchSharp against the machine's PyTorch (a few minutes)
#   ./run.sh benchmarks [suite...]   transfers, alternation, prefetch, cycles, exclusive, owlv2 (select suites to stay below ten minutes)
# Tables are printed to the console. Tables of the probe are also written to the folder OUT, row by row.
# On a machine with several sockets, run it on the socket of the GPU: numactl --cpunodebind=N --membind=N ./run.sh ...
# The probe describes the device first. One GPU is measured: the first, or the device in CUDA_VISIBLE_DEVICES.
# OWLV2_CHECKPOINTS=<folder>:<folder> adds OWLv2, and compares it with PyTorch if python3 has torch and transformers.
set -euo pipefail
cd "$(dirname "$0")"

# With several visible, the models of a benchmark would spread over all of them.
export CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES-0}

torch_folder() { python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))'; }

case ${1:-} in
  probe)
    shift
    exec ./probe/gpu-probe "$@"
    ;;
  compile)
    torch=$(torch_folder)
    cmake -S native -B native/build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$torch" -DCMAKE_CXX_STANDARD=17
    cmake --build native/build
    find native/build -name libLibTorchSharp.so -exec cp {} benchmarks/ \;
    [[ -f benchmarks/libLibTorchSharp.so ]] || { echo "gpu: LibTorchSharp was not built." >&2; exit 1; }
    if [[ -n ${OUT:-} ]]; then mkdir -p "$OUT" && cp benchmarks/libLibTorchSharp.so "$OUT/"; fi
    ;;
  benchmarks)
    shift
    torch=$(torch_folder)
    # The CUDA libraries of PyTorch's packages are next to it.
    nvidia=$(find "$(dirname "$torch")/nvidia" -type d -name lib 2>/dev/null | paste -sd: || true)
    export LD_LIBRARY_PATH="$PWD/benchmarks:$torch/lib:${nvidia:-}:${LD_LIBRARY_PATH:-}"
    if [[ -n ${OWLV2_CHECKPOINTS:-} && ($# -eq 0 || " $* " == *" owlv2 "*) ]]; then
      OWLV2_PYTORCH=$(mktemp)
      export OWLV2_PYTORCH OWLV2_IMAGE=sample1.png
      trap 'rm -f "$OWLV2_PYTORCH"' EXIT
      IFS=: read -ra checkpoints <<<"$OWLV2_CHECKPOINTS"
      python3 owlv2_pytorch.py sample1.png "${checkpoints[@]}" >"$OWLV2_PYTORCH" \
        || echo "gpu: OWLv2 with PyTorch is not measured, because owlv2_pytorch.py failed (see above)." >&2
    fi
    ./benchmarks/gpu-benchmarks "$@"
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' run.sh
    exit 2
    ;;
esac
