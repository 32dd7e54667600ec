using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Sends the calls of a generated proxy to a node.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IRemoteModelCaller
{
    /// <summary>Sends a call, and returns its result.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <typeparam name="TArguments">A tuple of the arguments.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">A token to cancel the call.</param>
    Task<TResult> InvokeAsync<TContract, TArguments, TResult>(
        RemoteCall<TContract, TArguments, TResult> method, TArguments arguments, CancellationToken cancellationToken)
        where TContract : class;

    /// <summary>Returns a stream. Each enumeration sends a call, which ends with the enumeration.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <typeparam name="TArguments">A tuple of the arguments.</typeparam>
    /// <typeparam name="TItem">The items.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">A token to cancel the call.</param>
    IAsyncEnumerable<TItem> StreamAsync<TContract, TArguments, TItem>(
        RemoteStream<TContract, TArguments, TItem> method, TArguments arguments, CancellationToken cancellationToken)
        where TContract : class;
}
