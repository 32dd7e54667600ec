using Microsoft.Extensions.Options;
using SharedModels.Compute;

namespace SharedModels.TorchSharp.Compute;

/// <summary>Creates engines that compute on CUDA devices and on Apple's Metal device. The embedded engine is used for the CPU.</summary>
internal sealed class TorchComputeEngineFactory(IOptions<TorchSharpOptions> settings, TorchRuntime runtime) : IComputeEngineFactory
{
    private bool HasDevices => runtime.Driver?.DevicesInUse.Any() == true || TorchLibrary.HasMps();

    public bool Supports(Device device) => device.Kind is "cuda" or "mps";

    public long MeasureWeights(long count, long storedBytes) => HasDevices ? count * settings.Value.EnginePrecision.Size() : 0;

    IComputeEngine IComputeEngineFactory.Create(Device device, ComputeEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Supports(device)
            ? new TorchComputeEngine(device, settings.Value.EnginePrecision, runtime)
            : throw new NotSupportedException($"TorchSharp's engine computes on CUDA devices and mps, and does not support {device}.");
    }
}
