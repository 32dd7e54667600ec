namespace SharedModels;

/// <summary>Loads and moves a model whose class cannot do so itself. Leases provide the <see cref="Model"/>, not the adapter.</summary>
/// <remarks>
/// The manager calls one member at a time, as for any <see cref="ISharedModel"/>. The exception is <see cref="BeginUse"/>: if a model has
/// several leases, it can be called concurrently.
/// </remarks>
public interface IModelAdapter : ISharedModel
{
    /// <summary>The class of the model, which callers lease.</summary>
    Type ModelType { get; }

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">The model is not loaded.</exception>
    object Model { get; }

    /// <summary>
    /// Called on the device's worker before the code of each <c>InvokeAsync</c> or <c>StreamAsync</c> runs. The result is disposed on the
    /// same thread when the code has ended: for asynchronous code, when its task has completed. Uses on one thread end in the reverse order
    /// in which they began.
    /// </summary>
    /// <returns>An object that surrounds the run of the code, or <see langword="null"/> (the default) if none is needed.</returns>
    IModelUse? BeginUse() => null;
}
