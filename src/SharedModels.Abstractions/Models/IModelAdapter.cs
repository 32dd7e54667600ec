namespace SharedModels;

/// <summary>Loads and moves a model whose class cannot do it itself; a lease hands out <see cref="Model"/>, not the adapter.</summary>
/// <remarks>
/// The manager calls one member at a time, as for any <see cref="ISharedModel"/>. The exception is <see cref="BeginUse"/> of a model that
/// has several leases.
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
