namespace SharedModels;

/// <summary>The right to use a model of a known class on its device until the lease is disposed.</summary>
/// <typeparam name="T">The model's class.</typeparam>
/// <inheritdoc cref="IModelLease" path="/remarks"/>
public interface IModelLease<T> : IModelLease
    where T : class
{
    /// <inheritdoc cref="IModelLease.Model"/>
    new T Model { get; }

    /// <summary>Runs code that uses the model on the device's worker thread, so that it does not block a request thread.</summary>
    /// <remarks>
    /// Calls on one lease run one after the other. A call from code that is already running on the same worker runs immediately, inside
    /// that code. The returned task completes when the code has ended, even if the token is canceled meanwhile. A lease that is disposed
    /// earlier releases the model only when the code has ended.
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="use">The code to run.</param>
    /// <param name="cancellationToken">
    /// A token to prevent the code from starting. Pass it to the code as well if the code can be canceled.
    /// </param>
    /// <returns>The result of <paramref name="use"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held. Await <see cref="IModelLease.AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    /// <exception cref="NotSupportedException">
    /// <typeparamref name="TResult"/> is a task or an asynchronous stream. Use <see cref="Model"/> in asynchronous code.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled before the code started.</exception>
    ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default);

    /// <summary>Runs code that uses the model on the device's worker thread and returns no result. See the other overload.</summary>
    /// <param name="use">The code to run.</param>
    /// <param name="cancellationToken">A token to prevent the code from starting.</param>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held. Await <see cref="IModelLease.AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled before the code started.</exception>
    ValueTask InvokeAsync(Action<T> use, CancellationToken cancellationToken = default);
}
