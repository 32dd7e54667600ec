using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Receives a method with its types.</summary>
/// <typeparam name="TReturn">The type that the visitor returns.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IRemoteMethodVisitor<out TReturn>
{
    /// <summary>Receives a method that returns one result.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <typeparam name="TArguments">A tuple of the arguments.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="method">The method.</param>
    TReturn Visit<TContract, TArguments, TResult>(RemoteCall<TContract, TArguments, TResult> method)
        where TContract : class;

    /// <summary>Receives a method that returns a stream.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <typeparam name="TArguments">A tuple of the arguments.</typeparam>
    /// <typeparam name="TItem">The items.</typeparam>
    /// <param name="method">The method.</param>
    TReturn Visit<TContract, TArguments, TItem>(RemoteStream<TContract, TArguments, TItem> method)
        where TContract : class;
}
