using System.Runtime.ExceptionServices;

namespace SharedModels.Leasing.Invocations;

/// <summary>
/// Runs asynchronous code on a device's worker. The worker runs the code's continuations, and nothing else, until the code's task has
/// completed.
/// </summary>
internal sealed class UseContext : SynchronizationContext
{
    private readonly object _lock = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = [];
    private Thread? _thread;
    private Exception? _failure;
    private bool _isCompleted;
    private bool _isEnded;

    /// <summary>Runs the code on this thread until its task has completed.</summary>
    /// <returns>The completed task of the code.</returns>
    public Task Run(Func<Task> start)
    {
        var outer = Current;
        _thread = Thread.CurrentThread;
        SetSynchronizationContext(this);
        try
        {
            var task = Start(start);
            RunContinuationsUntilCompleted(task);
            return task.IsCompletedSuccessfully && _failure is not null ? Task.FromException(_failure) : task;
        }
        finally
        {
            SetSynchronizationContext(outer);
            End();
        }
    }

    /// <summary>Runs work on the worker between two continuations of the code.</summary>
    /// <returns>False if the code has ended.</returns>
    public bool TryPost(Action work)
    {
        lock (_lock)
        {
            if (_isCompleted || _isEnded)
                return false;
            Enqueue(static work => ((Action)work!)(), work);
            return true;
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            if (!_isEnded)
            {
                Enqueue(d, state);
                return;
            }
        }

        // The code did not wait for this, and the worker may run other code. The base class uses the thread pool.
        base.Post(d, state);
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == _thread)
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        ExceptionDispatchInfo? failure = null;
        Post(
            _ =>
            {
                try
                {
                    d(state);
                }
#pragma warning disable CA1031 // The sender receives the exception.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }

                done.Set();
            },
            state: null);
        done.Wait();
        failure?.Throw();
    }

    public override SynchronizationContext CreateCopy() => this;

    private void Enqueue(SendOrPostCallback callback, object? state)
    {
        _posted.Enqueue((callback, state));
        Monitor.Pulse(_lock);
    }

    private static Task Start(Func<Task> start)
    {
        try
        {
            return start() ?? throw new InvalidOperationException("The asynchronous code has returned null instead of a task.");
        }
#pragma warning disable CA1031 // It is the failure of the code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException(exception);
        }
    }

    private void RunContinuationsUntilCompleted(Task task)
    {
        if (task.IsCompleted)
            Complete();
        else
            _ = task.ContinueWith(
                static (_, self) => ((UseContext)self!).Complete(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);

        // Continuations that were posted before the code completed belong to it. Later ones do not.
        var left = long.MaxValue;
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_lock)
            {
                while (_posted.Count == 0 && !_isCompleted)
                    Monitor.Wait(_lock);
                if (_isCompleted)
                    left = Math.Min(left, _posted.Count);
                if (left == 0)
                    return;
                next = _posted.Dequeue();
                left--;
            }

            Run(next.Callback, next.State);
        }
    }

    private void Run(SendOrPostCallback callback, object? state)
    {
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
#pragma warning disable CA1031 // For example, an exception of an async void method. It fails the code and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure ??= exception;
        }
    }

    private void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
            Monitor.Pulse(_lock);
        }
    }

    private void End()
    {
        List<(SendOrPostCallback Callback, object? State)> late;
        lock (_lock)
        {
            _isEnded = true;
            late = [.. _posted];
            _posted.Clear();
        }

        foreach (var (callback, state) in late)
            base.Post(callback, state);
    }
}
