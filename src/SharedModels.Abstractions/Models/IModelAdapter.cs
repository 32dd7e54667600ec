namespace SharedModels;

/// <summary>Loads and moves a model whose class cannot do it itself; a lease hands out <see cref="Model"/>, not the adapter.</summary>
/// <remarks>
/// As for every <see cref="ISharedModel"/>, the manager never calls two members
/// at once, but for <see cref="BeginUse"/> where a model has several leases.
/// </remarks>
public interface IModelAdapter : ISharedModel
{
    /// <summary>The class of the model, which leases are asked for.</summary>
    Type ModelType { get; }

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">The model is not loaded.</exception>
    object Model { get; }

    /// <summary>
    /// Called on the device's worker before the code of each <c>InvokeAsync</c>; what it returns is disposed there when the code has ended.
    /// </summary>
    /// <returns>What has to be put around the code, or <see langword="null"/> (the default) for nothing.</returns>
    IModelUse? BeginUse() => null;
}
