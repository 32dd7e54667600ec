using System.Diagnostics;
using System.Runtime.ExceptionServices;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Invocations;

namespace SharedModels.Leasing.Streams;

/// <summary>
/// Running code that produces the items of a stream on a worker. It takes turns with other work of the worker: it pauses while the buffer
/// is full, and between two items if other work is waiting.
/// </summary>
#pragma warning disable CA1001 // The source of the token has nothing to dispose, and the code may keep the token.
internal sealed class StreamRun<TItem> : StreamBuffer<TItem>
#pragma warning restore CA1001
{
    private readonly LeaseInvoker _invoker;
    private readonly LeasedUse _use;
    private readonly StreamProducer<TItem> _produce;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _consumer;
    private readonly StreamContext? _synchronization;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly ActivityContext _activity = Activity.Current?.Context ?? default;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration[] _registrations = [];
    private Exception? _failure;

    public StreamRun(
        LeaseInvoker invoker,
        LeasedUse use,
        StreamProducer<TItem> produce,
        int capacity,
        bool isAsynchronous,
        CancellationToken caller,
        CancellationToken consumer)
        : base(capacity)
    {
        (_invoker, _use, _produce, _caller, _consumer) = (invoker, use, produce, caller, consumer);
        _synchronization = isAsynchronous ? new(use.Worker, Fail) : null;
    }

    /// <summary>The token of the code.</summary>
    public CancellationToken Token => _cancellation.Token;

    public bool IsStopped => End != StreamEnd.None;

    public void Start()
    {
        _registrations =
        [
            StopWith(StreamEnd.Canceled, _caller),
            StopWith(StreamEnd.Canceled, _consumer),
            StopWith(StreamEnd.Lost, _use.Loss),
            StopWith(StreamEnd.Released, _use.Disposal),
        ];
        try
        {
            _use.Worker.BeginParts(Run);
        }
        catch (ObjectDisposedException)
        {
            Unregister();
            _invoker.End(_use, failure: null, static () => { });
            throw;
        }
    }

    /// <summary>Adds an item.</summary>
    /// <returns>False if the code has to await <see cref="StreamBuffer{TItem}.NextTurn"/> before it produces another item.</returns>
    public bool Add(TItem item) => TryAdd(item) && !_use.Worker.HasWaitingWork;

    /// <summary>Stops the code, whose consumer has gone.</summary>
    public void Abandon() => Stop(StreamEnd.Abandoned);

    /// <summary>Stops the code, and waits until it has ended. Throws its exception if it fails to end.</summary>
    public async Task StopAsync()
    {
        Abandon();
        if (!_ended.Task.IsCompleted && LeaseInvoker.IsOccupied(_use))
            return;
        if (await _ended.Task.ConfigureAwait(false) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    protected override void Continue(Action code)
    {
        if (_synchronization is null)
            _use.Worker.Continue(code);
        else
            _synchronization.Post(static code => ((Action)code!)(), code);
    }

    protected override void CheckWait() => LeaseInvoker.ThrowIfOccupied(_use);

    protected override void ThrowIfFailed()
    {
        switch (End)
        {
            case StreamEnd.Canceled:
                throw new OperationCanceledException(_caller.IsCancellationRequested ? _caller : _consumer);
            case StreamEnd.Lost:
                throw _use.LossException();
            case StreamEnd.Released:
                throw new InvalidOperationException(
                    $"The lease on model '{_use.ModelId}' was disposed while its stream was being read. Dispose the lease after the last "
                    + "item.");
            case StreamEnd.Completed when _failure is not null:
                ExceptionDispatchInfo.Throw(_failure);
                break;
        }
    }

    private CancellationTokenRegistration StopWith(StreamEnd end, CancellationToken token) => token.UnsafeRegister(
        static state =>
        {
            var (run, end) = ((StreamRun<TItem>, StreamEnd))state!;
            run.Stop(end);
        },
        (this, end));

    private void Unregister()
    {
        foreach (var registration in _registrations)
            registration.Unregister();
    }

    private void Stop(StreamEnd end)
    {
        if (!TryEnd(end, isCut: true))
            return;

        // Callbacks of the code run on the thread of the token that was canceled, or else on the thread pool.
        if (end is StreamEnd.Abandoned or StreamEnd.Completed)
            _ = _cancellation.CancelAsync();
        else
            _cancellation.Cancel();
    }

    /// <summary>Ends the stream because of an exception that the code does not get, such as that of an async void method.</summary>
    private void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Stop(StreamEnd.Completed);
    }

    private void Run()
    {
        if (_context is null)
            _ = RunAsync();
        else
            ExecutionContext.Run(_context, static run => _ = ((StreamRun<TItem>)run!).RunAsync(), this);
    }

    private async Task RunAsync()
    {
        // The thread's context and the flow are restored when this method returns to the worker.
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        var flow = LeaseFlow.BeginUse(_use.Record, worker: null, context: null);
        var activity = SharedModelsActivities.Start("stream", _use.ModelId, _use.Device, _activity);
        Exception? failure = null;
        try
        {
            if (!IsStopped)
                await RunCodeAsync().ConfigureAwait(true);
        }
#pragma warning disable CA1031 // Exceptions of user code go to the consumer and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        flow.EndUse();
        _synchronization?.End();
        Unregister();
        var undelivered = Complete(ref failure);
        try
        {
            _invoker.End(_use, failure, () => ReportEnd(undelivered));
        }
        finally
        {
            ReportEnd(undelivered);
            activity.End(failure);
            _use.Worker.EndParts();
        }
    }

    private async Task RunCodeAsync()
    {
        var (model, use) = _use.Record.Member.Runtime.BeginUse();
        using (use)
        {
            if (use is null)
            {
                await _produce(this, model, use).ConfigureAwait(true);
                return;
            }

            // Uses of adapters have state of the thread, and must end in the reverse order in which they began.
            if (_use.Worker.HasOpenUse)
                throw new InvalidOperationException(
                    $"A stream of model '{_use.ModelId}' cannot start while another stream is being read on the same worker of device "
                    + $"{_use.Device}. Read the streams one after the other.");
            _use.Worker.HasOpenUse = true;
            try
            {
                await _produce(this, model, use).ConfigureAwait(true);
            }
            finally
            {
                _use.Worker.HasOpenUse = false;
            }
        }
    }

    /// <summary>Notes the end of the code, which the consumer does not see yet. A loss that its exception causes is not the end.</summary>
    /// <param name="failure">The exception of the code. It is removed if it only says that the code was asked to stop.</param>
    /// <returns>The exception that the enumerator's disposal throws, because the consumer has stopped earlier.</returns>
    private Exception? Complete(ref Exception? failure)
    {
        if (failure is not null)
            Interlocked.CompareExchange(ref _failure, failure, null);
        if (TryEnd(StreamEnd.Completed, isCut: false))
            return null;
        if (failure is OperationCanceledException)
            failure = null;
        return End == StreamEnd.Abandoned ? failure : null;
    }

    private void ReportEnd(Exception? undelivered)
    {
        ShowEnd();
        _ended.TrySetResult(undelivered);
    }
}
