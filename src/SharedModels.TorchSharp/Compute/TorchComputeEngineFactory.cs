using SharedModels.Vision.Compute;

namespace SharedModels.TorchSharp.Compute;

/// <summary>Makes engines that compute on CUDA devices and Apple's Metal device; on the CPU the embedded one is faster.</summary>
internal sealed class TorchComputeEngineFactory : IComputeEngineFactory
{
    public bool Supports(Device device) => device.Kind is "cuda" or "mps";

    public IComputeEngine Create(Device device, ComputeEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Supports(device)
            ? throw new NotSupportedException($"wip")
            : throw new NotSupportedException($"TorchSharp's engine computes on CUDA devices and on mps, not on {device}.");
    }
}
