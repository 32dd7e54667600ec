#!/usr/bin/env bash
# Measures on a machine with a GPU what eng/gpu/build.sh has packed. Run it in the unpacked folder:
#   ./run.sh probe [suite...]        contexts, ordering, transfers, pinning, memory, nvml, errors; a minute in all
#   ./run.sh compile                 LibTorchSharp against the machine's PyTorch; a few minutes
#   ./run.sh benchmarks [suite...]   transfers, alternation, prefetch, cycles, exclusive, owlv2; name the suites to stay below ten minutes
# The probe describes the device first. Tables go to the console, and those of the probe also to the folder OUT, row by row.
# With several sockets, run it on that of the GPU: numactl --cpunodebind=N --membind=N ./run.sh ...
# One GPU is measured: the first one that CUDA counts, or the one that CUDA_VISIBLE_DEVICES names.
# OWLV2_CHECKPOINTS=<folder>:<folder> adds OWLv2, next to PyTorch where python3 has torch and transformers.
set -euo pipefail
cd "$(dirname "$0")"

# With several visible, the models of a benchmark would spread over all of them.
export CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES:-0}

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
    if [[ -n ${OUT:-} ]]; then cp benchmarks/libLibTorchSharp.so "$OUT/"; fi
    ;;
  benchmarks)
    shift
    torch=$(torch_folder)
    # The libraries of CUDA that PyTorch's packages bring lie next to it.
    nvidia=$(find "$(dirname "$torch")/nvidia" -type d -name lib 2>/dev/null | paste -sd: || true)
    export LD_LIBRARY_PATH="$PWD/benchmarks:$torch/lib:${nvidia:-}:${LD_LIBRARY_PATH:-}"
    if [[ -n ${OWLV2_CHECKPOINTS:-} && ($# -eq 0 || " $* " == *" owlv2 "*) ]]; then
      OWLV2_PYTORCH=$(mktemp)
      export OWLV2_PYTORCH OWLV2_IMAGE=sample1.png
      trap 'rm -f "$OWLV2_PYTORCH"' EXIT
      IFS=: read -ra checkpoints <<<"$OWLV2_CHECKPOINTS"
      python3 owlv2_pytorch.py sample1.png "${checkpoints[@]}" >"$OWLV2_PYTORCH" \
        || echo "gpu: PyTorch's side of OWLv2 is not measured: owlv2_pytorch.py failed, as said above." >&2
    fi
    ./benchmarks/gpu-benchmarks "$@"
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' run.sh
    exit 2
    ;;
esac
