using System.Diagnostics;
using SharedModels.Diagnostics;
using SharedModels.Registration;

namespace SharedModels.Leasing.Invocations;

/// <summary>A single run of user code on a device's worker.</summary>
internal sealed class Invocation<TResult>(
    Func<object, TResult> use, RegisteredModel model, Device device, Action<Exception?, Action> onEnd, CancellationToken cancellationToken)
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
        var activity = SharedModelsActivities.Start("invoke", model.Id, device, _caller);
        var ended = Task.FromCanceled<TResult>(new CancellationToken(canceled: true));
        Exception? failure = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ended = Task.FromResult(model.Runtime.Use(use));
        }
        catch (OperationCanceledException cancelled) when (cancelled.CancellationToken.IsCancellationRequested)
        {
            ended = Task.FromCanceled<TResult>(cancelled.CancellationToken);
        }
#pragma warning disable CA1031 // Exceptions of user code go to the caller and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
            ended = Task.FromException<TResult>(exception);
        }

        try
        {
            onEnd(failure, () => _completion.TrySetFromTask(ended));
        }
        finally
        {
            _completion.TrySetFromTask(ended);
            activity.End(failure);
        }
    }
}
