namespace SharedModels;

/// <summary>The right to use a model of a known class on its device until the lease is disposed.</summary>
/// <typeparam name="T">The model's class.</typeparam>
/// <inheritdoc cref="IModelLease" path="/remarks"/>
public interface IModelLease<T> : IModelLease
    where T : class
{
    /// <inheritdoc cref="IModelLease.Model"/>
    new T Model { get; }

    /// <summary>Runs code that uses the model on the device's worker thread, so that no request thread is blocked by it.</summary>
    /// <remarks>
    /// Calls on one lease run one after the other; a call from code that runs on the same worker runs at once, inside it. The returned task
    /// ends when the code has ended, even if the token fires meanwhile, and a lease that is disposed before gives the model back only then.
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="use">The code.</param>
    /// <param name="cancellationToken">Keeps the code from being started; hand it to the code too if that can stop half-way.</param>
    /// <returns>The result of <paramref name="use"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held; await <see cref="IModelLease.AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    /// <exception cref="NotSupportedException">
    /// <typeparamref name="TResult"/> is a task or an asynchronous stream: use <see cref="Model"/> in asynchronous code.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired before the code was started.</exception>
    ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default);

    /// <summary>Runs code that uses the model on the device's worker thread, as the other overload does, and returns nothing.</summary>
    /// <param name="use">The code.</param>
    /// <param name="cancellationToken">A token that keeps the code from being started.</param>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held; await <see cref="IModelLease.AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired before the code was started.</exception>
    ValueTask InvokeAsync(Action<T> use, CancellationToken cancellationToken = default);
}
