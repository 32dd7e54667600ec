using System.Diagnostics.CodeAnalysis;

namespace SharedModels.Testing;

/// <summary>One device of a <see cref="FakeAccelerator"/>: what lies on it, how fast it is, and what shall go wrong.</summary>
/// <remarks>All members are safe for use by many threads.</remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without a timer has nothing to free.")]
public sealed class FakeDevice
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private CancellationTokenSource _loss = new();
    private Exception? _cause;
    private long _usedBytes;
    private long _peakBytes;
    private int _failingMoves;
    private int _probes;

    internal FakeDevice(Device device, long memoryBytes, double bytesPerSecond, TimeProvider time)
    {
        Device = device;
        MemoryBytes = memoryBytes;
        PhysicalBytes = memoryBytes;
        BytesPerSecond = bytesPerSecond;
        _time = time;
    }

    /// <summary>Its name: <c>fake:0</c>.</summary>
    public Device Device { get; }

    /// <summary>Bytes of memory that it announces.</summary>
    public long MemoryBytes { get; }

    /// <summary>Bytes that it has in truth: fewer, say, where another process takes some.</summary>
    /// <value><see cref="MemoryBytes"/> by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative number.</exception>
    public long PhysicalBytes
    {
        get => Interlocked.Read(ref field);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref field, value);
        }
    }

    /// <summary>Bytes of models that lie on it or are being moved to it, and of memory that their uses work in.</summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>The most that <see cref="UsedBytes"/> ever was.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>How fast models move to it, and mutable ones back.</summary>
    /// <value>By default what the accelerator was created with; infinity for moves that take no time.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0, less, or no number.</exception>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, Positive(value));
    }

    /// <summary>How many times longer moves take than <see cref="BytesPerSecond"/> says.</summary>
    /// <value>1 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0, less, or no number.</exception>
    public double Slowdown
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, Positive(value));
    } = 1;

    /// <summary>Where moves to it, and of mutable models off it, stop or fail; they have their memory already.</summary>
    public Gate Move { get; } = new();

    /// <summary>Where probes stop or fail.</summary>
    public Gate Probe { get; } = new();

    /// <summary>Whether moves ignore their cancellation tokens, as a driver that hangs does; the device's loss ends them nevertheless.</summary>
    public bool IgnoresTokens { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>Probes begun.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Whether it is lost, announced or not.</summary>
    public bool IsLost
    {
        get
        {
            lock (_lock)
                return _cause is not null;
        }
    }

    /// <summary>Lets the next moves to it fail with <see cref="DeviceOutOfMemoryException"/>, however much memory is free.</summary>
    /// <param name="count">How many; 0 to let them succeed again.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public void FailMoves(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (_lock)
            _failingMoves = count;
    }

    /// <summary>Moves something to the device.</summary>
    internal async ValueTask<FakeAllocation> TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        var allocation = Take(bytes, isMove: true);
        try
        {
            await TransferAsync(allocation, cancellationToken).ConfigureAwait(false);
            return allocation;
        }
        catch
        {
            allocation.Dispose();
            throw;
        }
    }

    /// <summary>Lets the time of a move pass.</summary>
    internal async ValueTask TransferAsync(FakeAllocation allocation, CancellationToken cancellationToken)
    {
        allocation.ThrowIfLost();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(IgnoresTokens ? default : cancellationToken, allocation.Loss);
        try
        {
            await Move.PassAsync(ending.Token).ConfigureAwait(false);
            var seconds = allocation.Bytes / BytesPerSecond * Slowdown;
            if (seconds > 0)
                await Task.Delay(TimeSpan.FromSeconds(seconds), _time, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (allocation.IsLost)
        {
            // What follows says so.
        }

        allocation.ThrowIfLost();
    }

    internal FakeAllocation Take(long bytes, bool isMove = false)
    {
        lock (_lock)
        {
            ThrowIfLost();
            var free = Math.Max(0, PhysicalBytes - _usedBytes);
            if (bytes > free || (isMove && _failingMoves > 0))
            {
                _failingMoves -= isMove && _failingMoves > 0 ? 1 : 0;
                throw new DeviceOutOfMemoryException($"Device {Device} has {free} of {PhysicalBytes} bytes free, and {bytes} are wanted.")
                {
                    Device = Device,
                    RequiredBytes = bytes,
                    BudgetBytes = PhysicalBytes,
                    FreeBytes = free,
                };
            }

            _usedBytes += bytes;
            _peakBytes = Math.Max(_peakBytes, _usedBytes);
            return new(this, bytes, _loss.Token);
        }
    }

    internal void GiveBack(FakeAllocation allocation)
    {
        lock (_lock)
            _usedBytes -= allocation.Loss == _loss.Token ? allocation.Bytes : 0;
    }

    internal void ThrowIfLost(bool isGone = false)
    {
        lock (_lock)
        {
            if (_cause is not null || isGone)
                throw new DeviceLostException($"Device {Device} is lost, and what was on it is gone.", _cause) { Device = Device };
        }
    }

    internal Exception Break(Exception? cause)
    {
        cause ??= new InvalidOperationException($"Fake device {Device} was told to break.");
        CancellationTokenSource loss;
        lock (_lock)
        {
            _cause = cause;
            _usedBytes = 0;
            loss = _loss;
            _loss = new();
        }

        // Outside the lock: what waits for the token may go on at once, on this thread.
        loss.Cancel();
        return cause;
    }

    internal void Return()
    {
        lock (_lock)
            _cause = null;
    }

    internal async ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _probes);
        await Probe.PassAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfLost();
    }

    private static double Positive(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return double.IsNaN(value) ? throw new ArgumentOutOfRangeException(nameof(value), "NaN is no speed.") : value;
    }
}
