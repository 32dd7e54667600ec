using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Invocations;

namespace SharedModels.Leasing.Streams;

/// <summary>
/// Running code that produces items on a worker, and the buffer from which one consumer takes them. The code takes turns with other work of
/// the worker: it pauses while the buffer is full, and between two items if other work is waiting.
/// </summary>
#pragma warning disable CA1001 // The source of the token has nothing to dispose, and the code may keep the token.
internal sealed class StreamRun<TItem> : IValueTaskSource<bool>
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly Queue<TItem> _items = [];
    private readonly LeaseInvoker _invoker;
    private readonly LeasedUse _use;
    private readonly StreamProducer<TItem> _produce;
    private readonly int _capacity;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _consumer;
    private readonly StreamContext? _synchronization;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly ActivityContext _activity = Activity.Current?.Context ?? default;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration[] _registrations = [];
    private ManualResetValueTaskSourceCore<bool> _available = new() { RunContinuationsAsynchronously = true };

    // The enumerator of a consumer that waits for an item. It is not abandoned meanwhile.
    private object? _waiting;
    private Action? _paused;
    private volatile StreamEnd _end;
    private Exception? _failure;
    private bool _isEndVisible;

    public StreamRun(
        LeaseInvoker invoker,
        LeasedUse use,
        StreamProducer<TItem> produce,
        int capacity,
        bool isAsynchronous,
        CancellationToken caller,
        CancellationToken consumer)
    {
        (_invoker, _use, _produce, _capacity, _caller, _consumer) = (invoker, use, produce, capacity, caller, consumer);
        _synchronization = isAsynchronous ? new(use.Worker, Fail) : null;
    }

    /// <summary>The token of the code.</summary>
    public CancellationToken Token => _cancellation.Token;

    public bool IsStopped => _end != StreamEnd.None;

    /// <summary>The item that the consumer took last.</summary>
    public TItem Current { get; private set; } = default!;

    /// <summary>Waits on the producer's side until the buffer has room and waiting work of the worker has run.</summary>
    public Turn NextTurn => new(this);

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
    /// <returns>False if the code has to await <see cref="NextTurn"/> before it produces another item.</returns>
    public bool Add(TItem item)
    {
        bool isAwaited, hasRoom;
        lock (_lock)
        {
            if (IsStopped)
                return true;
            _items.Enqueue(item);
            hasRoom = _items.Count < _capacity;
            isAwaited = TakeWaiting();
        }

        if (isAwaited)
            _available.SetResult(true);
        return hasRoom && !_use.Worker.HasWaitingWork;
    }

    public ValueTask<bool> MoveNextAsync(object enumerator)
    {
        Action? paused;
        lock (_lock)
        {
            if (!TryTake(out var hasItem, out paused))
            {
                if (_waiting is not null)
                    throw new InvalidOperationException("The previous call of MoveNextAsync has not completed. Await it first.");
                LeaseInvoker.ThrowIfOccupied(_use);
                _waiting = enumerator;
                return new(this, _available.Version);
            }

            if (paused is null)
                return new(hasItem);
        }

        Continue(paused);
        return new(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _available.GetResult(token);

        // The source would otherwise keep the consumer, which may drop its enumerator, alive.
        _available.Reset();
        bool hasItem;
        Action? paused;
        lock (_lock)
            TryTake(out hasItem, out paused);
        if (paused is not null)
            Continue(paused);
        return hasItem;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _available.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _available.OnCompleted(continuation, state, token, flags);

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

    private bool TakeWaiting()
    {
        var isWaiting = _waiting is not null;
        _waiting = null;
        return isWaiting;
    }

    /// <summary>Takes an item or the end of the stream, if there is either.</summary>
    private bool TryTake(out bool hasItem, out Action? paused)
    {
        paused = null;
        hasItem = _items.TryDequeue(out var item);
        if (hasItem)
        {
            Current = item!;
            if (_items.Count <= _capacity / 2)
                (paused, _paused) = (_paused, null);
            return true;
        }

        if (!_isEndVisible)
            return false;
        switch (_end)
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

        return true;
    }

    private void Fail(Exception failure)
    {
        lock (_lock)
            _failure ??= failure;
        Stop(StreamEnd.Completed);
    }

    private void Stop(StreamEnd end)
    {
        Action? paused;
        bool isAwaited;
        lock (_lock)
        {
            if (IsStopped)
                return;
            _end = end;
            _isEndVisible = true;
            _items.Clear();
            (paused, _paused) = (_paused, null);
            isAwaited = TakeWaiting();
        }

        if (paused is not null)
            Continue(paused);
        if (isAwaited)
            _available.SetResult(true);

        // Callbacks of the code run on the thread of the token that was canceled, or else on the thread pool.
        if (end is StreamEnd.Abandoned or StreamEnd.Completed)
            _ = _cancellation.CancelAsync();
        else
            _cancellation.Cancel();
    }

    /// <summary>Continues the code on the worker.</summary>
    private void Continue(Action part)
    {
        if (_synchronization is null)
            _use.Worker.Continue(part);
        else
            _synchronization.Post(static part => ((Action)part!)(), part);
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
        // This method restores the thread's context and the flow when it returns to the worker.
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
            _invoker.End(_use, failure, () => ShowEnd(undelivered));
        }
        finally
        {
            ShowEnd(undelivered);
            activity.End(failure);
            _use.Worker.EndParts();
        }
    }

    private async Task RunCodeAsync()
    {
        var (model, use) = _use.Record.Model.Runtime.BeginUse();
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

    /// <summary>Notes the end of the code, which the consumer does not see yet.</summary>
    /// <param name="failure">The exception of the code. It is removed if it only says that the code was asked to stop.</param>
    /// <returns>The exception that the enumerator's disposal throws, because the consumer has stopped earlier.</returns>
    private Exception? Complete(ref Exception? failure)
    {
        lock (_lock)
        {
            if (!IsStopped)
            {
                _failure ??= failure;
                _end = StreamEnd.Completed;
                return null;
            }
        }

        if (failure is OperationCanceledException)
            failure = null;
        return _end == StreamEnd.Abandoned ? failure : null;
    }

    private void ShowEnd(Exception? undelivered)
    {
        bool isAwaited;
        lock (_lock)
        {
            _isEndVisible = true;
            isAwaited = TakeWaiting();
        }

        if (isAwaited)
            _available.SetResult(true);
        _ended.TrySetResult(undelivered);
    }

    private void Pause(Action part)
    {
        lock (_lock)
        {
            if (!IsStopped && _items.Count >= _capacity)
            {
                _paused = part;
                return;
            }
        }

        Continue(part);
    }

    /// <summary>The wait of the code for its next turn.</summary>
    internal readonly struct Turn(StreamRun<TItem> run) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => run.Pause(continuation);
    }
}
