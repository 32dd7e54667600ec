namespace SharedModels.Vision.Compute;

/// <summary>Makes compute engines for devices.</summary>
/// <remarks>Safe for use by many threads at once.</remarks>
public interface IComputeEngineFactory
{
    /// <summary>Whether <see cref="Create"/> can make an engine for a device.</summary>
    /// <param name="device">The device.</param>
    bool Supports(Device device);

    /// <summary>Makes an engine, which the caller disposes.</summary>
    /// <param name="device">Where it shall compute.</param>
    /// <param name="options">What the model asks of it.</param>
    /// <exception cref="NotSupportedException">The factory makes no engine for <paramref name="device"/>.</exception>
    IComputeEngine Create(Device device, ComputeEngineOptions options);

    /// <summary>Says how many bytes weights take on a device, and in the copy on the host from which they move there.</summary>
    /// <param name="count">How many numbers they are.</param>
    /// <param name="storedBytes">Bytes that they have in the checkpoint.</param>
    /// <returns>Unless overridden <paramref name="storedBytes"/>; 0 where the machine has none of the factory's devices.</returns>
    long MeasureWeights(long count, long storedBytes) => storedBytes;
}
