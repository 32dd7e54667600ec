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

    /// <summary>
    /// Runs one input of an <see cref="IBatchModel{TInput, TOutput}"/>, together with inputs of other callers that are waiting. The lease
    /// need not be acquired: the batch takes its own. If this lease is held, the input runs on it, alone.
    /// </summary>
    /// <remarks>
    /// The generated overload for the model infers the types: <c>await lease.RunAsync(text, cancellationToken)</c>. Await the returned task
    /// only once.
    /// </remarks>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="input">The input. It must not change before the task has completed.</param>
    /// <param name="options">The priority and the timeout of the wait for the batch, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">
    /// A token to cancel the input. An input that is waiting leaves the queue. Once the batch runs, it is stopped only when the callers of
    /// all its inputs have canceled.
    /// </param>
    /// <exception cref="NotSupportedException">
    /// The model does not implement <see cref="IBatchModel{TInput, TOutput}"/> of these types.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model returned more or fewer outputs than inputs.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask<TOutput> RunAsync<TInput, TOutput>(
        TInput input, AcquireOptions? options = null, CancellationToken cancellationToken = default);
}
