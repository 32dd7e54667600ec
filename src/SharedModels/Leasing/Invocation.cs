namespace SharedModels.Leasing;

/// <summary>One run of user code on a device's worker.</summary>
internal sealed class Invocation<TResult>(Func<object, TResult> use, object model, Action onEnd, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Result => _completion.Task;

    public void Run()
    {
        var ended = Task.FromCanceled<TResult>(new CancellationToken(canceled: true));
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ended = Task.FromResult(use(model));
        }
        catch (OperationCanceledException cancelled) when (cancelled.CancellationToken.IsCancellationRequested)
        {
            ended = Task.FromCanceled<TResult>(cancelled.CancellationToken);
        }
#pragma warning disable CA1031 // Whatever user code throws is the caller's, and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ended = Task.FromException<TResult>(exception);
        }

        onEnd();
        _completion.TrySetFromTask(ended);
    }
}
