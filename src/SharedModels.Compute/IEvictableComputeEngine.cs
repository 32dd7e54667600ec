namespace SharedModels.Compute;

/// <summary>
/// An engine whose weights are kept on the host as well: it gives its device's
/// memory back without copying anything, and returns with one copy.
/// </summary>
/// <remarks>As for every engine, not safe for use by several threads at once.</remarks>
internal interface IEvictableComputeEngine : IComputeEngine
{
    /// <summary>
    /// Brings the weights that were added to the device, as far as they are not there yet; if that fails, none of them is.
    /// </summary>
    void Enter();

    /// <summary>Frees the weights' memory on the device; the engine cannot compute with them until it has entered again.</summary>
    void Leave();
}
