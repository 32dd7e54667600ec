using System.Runtime.CompilerServices;

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
    /// <typeparamref name="TResult"/> is a task or an asynchronous stream, which continues after the code has returned it. Give
    /// asynchronous code a second parameter, <c>(model, cancellationToken) => …</c>, so that it is awaited, and use
    /// <see cref="StreamAsync{TItem}(Func{T, CancellationToken, IAsyncEnumerable{TItem}}, StreamOptions, CancellationToken)"/> for streams.
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
    /// need not be acquired: the batch takes its own. If this lease is held, only this input runs, on this lease.
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

    /// <summary>Runs asynchronous code that uses the model. The use lasts from the call until the task of the code has completed.</summary>
    /// <remarks>
    /// <para>
    /// The code starts on the device's worker thread and continues there after each <see langword="await"/>, because engines keep state per
    /// thread and a model must not run on two threads together. Code that awaits with <c>ConfigureAwait(false)</c> continues on the thread
    /// pool, as always. Work that the code starts but does not await continues on the thread pool once the code has ended.
    /// </para>
    /// <para>
    /// Calls on one lease run one after the other: while the code awaits, the worker runs nothing but its continuations. A call from code
    /// that is already running on the same worker runs immediately and to its end, inside that code. The code must not block on its own
    /// tasks (<c>Wait</c>, <c>Result</c>), because their continuations need the blocked thread.
    /// </para>
    /// <para>
    /// A lease that is disposed earlier releases the model only when the task has completed, and a stopping application waits for it.
    /// </para>
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="use">
    /// The code to run. Its token is canceled with <paramref name="cancellationToken"/>, and when the lease is lost: the device was lost,
    /// the lease was held longer than <c>SharedModels:Leasing:MaxHold</c>, or the application stopped without waiting any longer. Code that
    /// returns a <see cref="ValueTask"/> must be awaited in an <see langword="async"/> lambda.
    /// </param>
    /// <param name="cancellationToken">A token to cancel the code. The returned task still completes only when the code has ended.</param>
    /// <returns>The result of the code's task.</returns>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held, or the code was canceled because the lease was held too long or the application stopped.
    /// </exception>
    /// <exception cref="DeviceLostException">
    /// The device was lost while the lease was held, or the code was canceled because the device was lost.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was canceled before the code started, or the code was canceled.
    /// </exception>
    ValueTask<TResult> InvokeAsync<TResult>(Func<T, CancellationToken, Task<TResult>> use, CancellationToken cancellationToken = default);

    /// <summary>Runs asynchronous code that uses the model and returns no result. See the other overload.</summary>
    /// <param name="use">
    /// The code to run. Its token is canceled with <paramref name="cancellationToken"/>, and when the lease is lost.
    /// </param>
    /// <param name="cancellationToken">A token to cancel the code. The returned task still completes only when the code has ended.</param>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held, or the code was canceled because the lease was held too long or the application stopped.
    /// </exception>
    /// <exception cref="DeviceLostException">
    /// The device was lost while the lease was held, or the code was canceled because the device was lost.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was canceled before the code started, or the code was canceled.
    /// </exception>
    ValueTask InvokeAsync(Func<T, CancellationToken, Task> use, CancellationToken cancellationToken = default);

    /// <summary>Runs an iterator that uses the model on the device's worker thread, and returns its items through a buffer.</summary>
    /// <remarks>
    /// <para>
    /// Each enumeration runs the code once, from the first <c>MoveNextAsync</c> on, and is a use of the model until the iterator has been
    /// disposed, which happens on the worker. It ends when the iterator ends, the enumerator is disposed or garbage-collected, a token is
    /// canceled, or the lease is lost or disposed. Disposing the enumerator waits until the iterator has been disposed.
    /// </para>
    /// <para>
    /// The iterator pauses while the buffer is full. Meanwhile, and between two items, other calls on the lease take their turns, so that a
    /// consumer can use the model for each item. Code that runs on the worker itself cannot read a stream: it can enumerate the items
    /// directly.
    /// </para>
    /// <para>
    /// An endpoint that returns the stream must not dispose the lease itself. The scope of an injected lease ends after the response.
    /// </para>
    /// </remarks>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="use">
    /// The code that returns the items. Its token is canceled when the stream ends early. An iterator also ends at its next item then.
    /// </param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">A token to end each enumeration. An enumeration also has a token of its own.</param>
    /// <returns>
    /// The items. The enumeration throws the exceptions of the code, an <see cref="OperationCanceledException"/> when a token is canceled,
    /// an <see cref="InvalidOperationException"/> if the lease is not held or is disposed meanwhile, and a
    /// <see cref="DeviceLostException"/> if the device is lost.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The buffer size is less than 1.</exception>
    [OverloadResolutionPriority(1)]
    IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IEnumerable<TItem>> use, StreamOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs an asynchronous iterator that uses the model, and returns its items through a buffer. The iterator starts on the device's
    /// worker thread and continues there after each <see langword="await"/>. See the other overload.
    /// </summary>
    /// <remarks>While the iterator awaits, other calls on the lease take their turns on the worker.</remarks>
    /// <inheritdoc cref="StreamAsync{TItem}(Func{T, CancellationToken, IEnumerable{TItem}}, StreamOptions, CancellationToken)"/>
    IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IAsyncEnumerable<TItem>> use,
        StreamOptions? options = null,
        CancellationToken cancellationToken = default);
}
