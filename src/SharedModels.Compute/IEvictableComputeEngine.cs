namespace SharedModels.Compute;

/// <summary>
/// An engine that also keeps its weights on the host. It frees its device's memory without a copy, and returns with a single copy.
/// </summary>
/// <remarks>Like every engine, it is not safe for concurrent use by several threads.</remarks>
internal interface IEvictableComputeEngine : IComputeEngine
{
    /// <summary>
    /// Moves the added weights that are not yet on the device to it. If that fails, none of them is on the device.
    /// </summary>
    void Enter();

    /// <summary>Frees the memory of the weights on the device. The engine cannot compute with them until it has entered again.</summary>
    void Leave();
}
