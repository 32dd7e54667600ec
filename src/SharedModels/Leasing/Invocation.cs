using System.Diagnostics;
using SharedModels.Diagnostics;
using SharedModels.Residency;

namespace SharedModels.Leasing;

/// <summary>One run of user code on a device's worker.</summary>
internal sealed class Invocation<TResult>(Func<object, TResult> use, ModelHost host, Action<Exception?> onEnd, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly ActivityContext _caller = Activity.Current?.Context ?? default;

    public Task<TResult> Result => _completion.Task;

    public void Run()
    {
        // The code sees its caller's ambient values, as if it had been awaited.
        if (_context is null)
            RunHere();
        else
            ExecutionContext.Run(_context, static self => ((Invocation<TResult>)self!).RunHere(), this);
    }

    private void RunHere()
    {
        using var activity = SharedModelsActivities.Start("invoke", host, _caller);
        var ended = Task.FromCanceled<TResult>(new CancellationToken(canceled: true));
        Exception? failure = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ended = Task.FromResult(host.Use(use));
        }
        catch (OperationCanceledException cancelled) when (cancelled.CancellationToken.IsCancellationRequested)
        {
            ended = Task.FromCanceled<TResult>(cancelled.CancellationToken);
        }
#pragma warning disable CA1031 // Whatever user code throws is the caller's, and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            activity.Fail(exception);
            failure = exception;
            ended = Task.FromException<TResult>(exception);
        }

        onEnd(failure);
        _completion.TrySetFromTask(ended);
    }
}
