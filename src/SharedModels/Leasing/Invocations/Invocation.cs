using System.Diagnostics;
using SharedModels.Diagnostics;

namespace SharedModels.Leasing.Invocations;

/// <summary>A single run of user code on a device's worker.</summary>
/// <param name="use">The use of the model.</param>
/// <param name="code">The code.</param>
/// <param name="context">The context of asynchronous code.</param>
/// <param name="onEnd">Receives the exception of the code, and completes the result.</param>
/// <param name="cancellationToken">Prevents the code from starting.</param>
internal sealed class Invocation<TResult>(
    LeasedUse use,
    Func<object, TResult> code,
    UseContext? context,
    Action<LeasedUse, Exception?, Action> onEnd,
    CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly ActivityContext _caller = Activity.Current?.Context ?? default;

    public Task<TResult> Result => _completion.Task;

    /// <summary>Runs the code with the ambient values of its caller, as if the code had been awaited.</summary>
    public void Run()
    {
        if (_context is null)
            RunInline();
        else
            ExecutionContext.Run(_context, static self => ((Invocation<TResult>)self!).RunInline(), this);
    }

    public void RunInline()
    {
        var activity = SharedModelsActivities.Start("invoke", use.ModelId, use.Device, _caller);
        var ended = Task.FromCanceled<TResult>(new CancellationToken(canceled: true));
        Exception? failure = null;

        // Code that runs inside asynchronous code may block, and must not wait for continuations that this thread would run.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var flow = LeaseFlow.BeginUse(use.Record, use.Worker, context);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ended = Task.FromResult(use.Record.Member.Runtime.Use(code));
        }
        catch (OperationCanceledException canceled) when (canceled.CancellationToken.IsCancellationRequested)
        {
            ended = Task.FromCanceled<TResult>(canceled.CancellationToken);
        }
#pragma warning disable CA1031 // Exceptions of user code go to the caller and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
            ended = Task.FromException<TResult>(exception);
        }

        flow.EndUse();
        SynchronizationContext.SetSynchronizationContext(outer);
        try
        {
            onEnd(use, failure, () => _completion.TrySetFromTask(ended));
        }
        finally
        {
            _completion.TrySetFromTask(ended);
            activity.End(failure);
        }
    }
}
