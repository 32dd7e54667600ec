using SharedModels.Vision.Compute.Embedded;

namespace SharedModels.Vision.Compute;

/// <summary>Makes the engine that computes on the CPU in pure .NET: the one used where no other is given.</summary>
/// <remarks>Safe for use by many threads at once.</remarks>
public sealed class EmbeddedComputeEngineFactory : IComputeEngineFactory
{
    /// <inheritdoc/>
    public bool Supports(Device device) => device.IsCpu;

    /// <inheritdoc/>
    public IComputeEngine Create(Device device, ComputeEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Supports(device))
            throw new NotSupportedException(
                $"The embedded engine computes on cpu, not on {device}. Register an IComputeEngineFactory for that device.");
        return new EmbeddedComputeEngine(options);
    }
}
