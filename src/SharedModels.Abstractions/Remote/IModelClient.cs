namespace SharedModels;

/// <summary>
/// Calls models of a contract on the nodes of a cluster. Each call goes to the node that is expected to serve it soonest.
/// </summary>
/// <remarks>Inject it as a singleton. It and its proxies are thread-safe, and do not have to be disposed.</remarks>
/// <typeparam name="TContract">An interface with <see cref="RemoteModelAttribute"/>.</typeparam>
public interface IModelClient<out TContract>
    where TContract : class
{
    /// <summary>
    /// The model of the contract. Its methods throw the exceptions of leases, <see cref="RemoteModelException"/> if the model throws,
    /// <see cref="ModelNodeLostException"/> if the node is lost, and <see cref="RemotePayloadException"/> if the arguments or the result
    /// are too large.
    /// </summary>
    TContract Model { get; }

    /// <summary>Returns another model that implements the contract.</summary>
    /// <param name="id">The id of the model.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is not a valid id of a model.</exception>
    TContract ModelOf(string id);

    /// <summary>Returns the model with options for the leases of its calls.</summary>
    /// <param name="options">The priority, the tenant and the timeout of each call's lease on its node.</param>
    /// <param name="id">The id of the model, or <see langword="null"/> for the model of the contract.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout or the priority is invalid.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is not a valid id of a model.</exception>
    TContract With(AcquireOptions options, string? id = null);
}
