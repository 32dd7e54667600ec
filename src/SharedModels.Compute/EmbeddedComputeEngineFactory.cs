using SharedModels.Compute.Embedded;

namespace SharedModels.Compute;

/// <summary>Creates the engine that computes on the CPU in pure .NET. It is used if no other engine is registered.</summary>
/// <remarks>Safe for concurrent use by many threads.</remarks>
public sealed class EmbeddedComputeEngineFactory : IComputeEngineFactory
{
    /// <inheritdoc/>
    public bool Supports(Device device) => device.IsCpu;

    IComputeEngine IComputeEngineFactory.Create(Device device, ComputeEngineOptions options) => Create(device, options);

    internal IComputeEngine Create(Device device, ComputeEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Supports(device))
            throw new NotSupportedException(
                $"The embedded engine computes on cpu and does not support {device}. Register an IComputeEngineFactory for that device.");
        return new EmbeddedComputeEngine(options);
    }
}
