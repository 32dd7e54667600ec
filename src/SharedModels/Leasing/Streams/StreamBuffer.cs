using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace SharedModels.Leasing.Streams;

/// <summary>The buffer between the code of a stream, which pauses while it is full, and its only consumer.</summary>
/// <param name="capacity">The number of items that the code may be ahead of the consumer.</param>
internal abstract class StreamBuffer<TItem>(int capacity) : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _available = new() { RunContinuationsAsynchronously = true };

    // The code adds items to the buffer. The consumer takes all of them together into its batch, so that it rarely needs the lock.
    private Queue<TItem> _buffer = [];
    private Queue<TItem> _batch = [];
    private int _reportAt;
    private int _unread;

    // The enumerator of a consumer that waits for an item. It is not abandoned meanwhile.
    private object? _waiting;
    private Action? _paused;
    private volatile StreamEnd _end;
    private volatile bool _isCut;
    private bool _isEndVisible;

    /// <summary>The item that the consumer took last.</summary>
    public TItem Current { get; private set; } = default!;

    /// <summary>The reason why the stream has ended, which the consumer possibly does not see yet.</summary>
    public StreamEnd End => _end;

    /// <summary>Waits, in the code, until the buffer has room and waiting work of the worker has run.</summary>
    public Turn NextTurn => new(this);

    private bool HasRoom => _buffer.Count + _unread < capacity;

    /// <summary>Takes an item, which is true, or the end of the stream, which is false.</summary>
    /// <param name="enumerator">The enumerator, which is kept alive while it waits.</param>
    public ValueTask<bool> MoveNextAsync(object enumerator)
    {
        if (_batch.Count > 0 && _batch.Count != _reportAt + 1 && !_isCut)
        {
            Current = _batch.Dequeue();
            return new(true);
        }

        return TryTake() is { } isItem ? new(isItem) : WaitForItem(enumerator);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _available.GetResult(token);

        // The source would otherwise keep the consumer, which may drop its enumerator, alive.
        _available.Reset();
        return TryTake() ?? false;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _available.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _available.OnCompleted(continuation, state, token, flags);

    /// <summary>Adds an item, unless the stream has ended.</summary>
    /// <returns>True if there is room for another item.</returns>
    public bool TryAdd(TItem item)
    {
        bool isAwaited, hasRoom;
        lock (_lock)
        {
            if (_end != StreamEnd.None)
                return true;
            _buffer.Enqueue(item);
            hasRoom = HasRoom;
            isAwaited = TakeWaiting();
        }

        if (isAwaited)
            _available.SetResult(true);
        return hasRoom;
    }

    /// <summary>Ends the stream, if it has not ended yet.</summary>
    /// <param name="end">The reason.</param>
    /// <param name="isCut">
    /// True if the consumer gets no further item and sees the end immediately, or false to wait for <see cref="ShowEnd"/>.
    /// </param>
    protected bool TryEnd(StreamEnd end, bool isCut)
    {
        Action? paused;
        var isAwaited = false;
        lock (_lock)
        {
            if (_end != StreamEnd.None)
                return false;
            _end = end;
            _isCut = isCut;
            (paused, _paused) = (_paused, null);
            if (isCut)
            {
                // Together with the items: a consumer that finds none must find the reason.
                _buffer.Clear();
                _isEndVisible = true;
                isAwaited = TakeWaiting();
            }
        }

        if (paused is not null)
            Continue(paused);
        if (isAwaited)
            _available.SetResult(true);
        return true;
    }

    /// <summary>Shows the end of the stream to the consumer, after the remaining items.</summary>
    protected void ShowEnd()
    {
        bool isAwaited;
        lock (_lock)
        {
            _isEndVisible = true;
            isAwaited = TakeWaiting();
        }

        if (isAwaited)
            _available.SetResult(true);
    }

    /// <summary>Continues the paused code on the worker.</summary>
    protected abstract void Continue(Action code);

    /// <summary>Throws if the consumer must not wait for the code here.</summary>
    protected abstract void CheckWait();

    /// <summary>Throws the exception with which the stream has ended, if there is one.</summary>
    protected abstract void ThrowIfFailed();

    private ValueTask<bool> WaitForItem(object enumerator)
    {
        CheckWait();
        lock (_lock)
        {
            if (_waiting is not null)
                throw new InvalidOperationException("The previous call of MoveNextAsync has not completed. Await it first.");
            if (_buffer.Count == 0 && !_isEndVisible)
            {
                _waiting = enumerator;
                return new(this, _available.Version);
            }
        }

        return new(TryTake() ?? false);
    }

    /// <summary>Takes an item or the end of the stream. Returns <see langword="null"/> if there is neither yet.</summary>
    private bool? TryTake()
    {
        Action? paused = null;
        bool? taken = null;
        lock (_lock)
        {
            if (_isCut)
                _batch.Clear();
            else if (_batch.Count == 0 && _buffer.Count > 0)
                TakeBatch();
            if (_batch.TryDequeue(out var item))
            {
                Current = item;
                taken = true;
            }

            _unread = _batch.Count;
            if (_buffer.Count + _unread <= capacity / 2)
                (paused, _paused) = (_paused, null);
            if (taken is null && _isEndVisible)
                taken = false;
        }

        if (paused is not null)
            Continue(paused);
        if (taken == false)
            ThrowIfFailed();
        return taken;
    }

    private void TakeBatch()
    {
        (_batch, _buffer) = (_buffer, _batch);

        // When half of the batch has been read, the consumer takes the lock again, so that the code can continue.
        _reportAt = _batch.Count / 2;
    }

    private bool TakeWaiting()
    {
        var isWaiting = _waiting is not null;
        _waiting = null;
        return isWaiting;
    }

    private void Pause(Action code)
    {
        lock (_lock)
        {
            if (_end == StreamEnd.None && !HasRoom)
            {
                _paused = code;
                return;
            }
        }

        Continue(code);
    }

    /// <summary>The wait of the code for its next turn.</summary>
    internal readonly struct Turn(StreamBuffer<TItem> buffer) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => buffer.Pause(continuation);
    }
}
