namespace SharedModels.Compute;

/// <summary>Creates the engines that models such as OWLv2 compute with.</summary>
/// <remarks>
/// Only packages of this library implement this interface: <see cref="EmbeddedComputeEngineFactory"/> for the CPU, and the factory that
/// <c>AddTorchSharp</c> registers. Implementations are safe for use by many threads.
/// </remarks>
public interface IComputeEngineFactory
{
    /// <summary>Returns <see langword="true"/> if the factory creates engines for a device.</summary>
    /// <param name="device">The device.</param>
    bool Supports(Device device);

    /// <summary>Creates an engine, which the caller disposes.</summary>
    /// <param name="device">The device to compute on.</param>
    /// <param name="options">The settings of the engine.</param>
    /// <exception cref="NotSupportedException">The factory does not support <paramref name="device"/>.</exception>
    internal IComputeEngine Create(Device device, ComputeEngineOptions options);

    /// <summary>Computes the bytes that weights take on a device, and in the host copy that is moved there.</summary>
    /// <param name="count">The number of weights.</param>
    /// <param name="storedBytes">The bytes that the weights take in the checkpoint.</param>
    /// <returns>
    /// The number of bytes: <paramref name="storedBytes"/> unless overridden, or 0 if the machine has none of the factory's devices.
    /// </returns>
    long MeasureWeights(long count, long storedBytes) => storedBytes;
}
