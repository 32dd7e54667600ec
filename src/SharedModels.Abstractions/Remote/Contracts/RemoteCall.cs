using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Describes a method that returns one result.</summary>
/// <typeparam name="TContract">The interface.</typeparam>
/// <typeparam name="TArguments">A tuple of the arguments.</typeparam>
/// <typeparam name="TResult">The result, or <see langword="bool"/> if the method has none.</typeparam>
/// <param name="name">The name of the method with the types of its parameters.</param>
/// <param name="retry">The outcomes after which a call is sent to another node.</param>
/// <param name="invoke">Calls the method.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RemoteCall<TContract, TArguments, TResult>(
    string name, ModelRetry retry, Func<TContract, TArguments, CancellationToken, Task<TResult>> invoke) : RemoteMethod(name, retry)
    where TContract : class
{
    /// <summary>Calls the method.</summary>
    public Func<TContract, TArguments, CancellationToken, Task<TResult>> Invoke { get; } = invoke;

    /// <inheritdoc/>
    public override TReturn Accept<TReturn>(IRemoteMethodVisitor<TReturn> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Visit(this);
    }
}
