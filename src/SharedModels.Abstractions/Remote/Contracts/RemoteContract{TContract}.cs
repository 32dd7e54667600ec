using System.ComponentModel;

namespace SharedModels.Contracts;

/// <inheritdoc/>
/// <typeparam name="TContract">The interface.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RemoteContract<TContract>(string modelId, IReadOnlyList<RemoteMethod> methods) : RemoteContract(modelId, methods)
    where TContract : class
{
    /// <summary>Creates an object that sends its calls to a caller.</summary>
    /// <param name="caller">The receiver of the calls.</param>
    public abstract TContract CreateProxy(IRemoteModelCaller caller);
}
