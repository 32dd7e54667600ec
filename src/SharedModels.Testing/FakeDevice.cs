using System.Diagnostics.CodeAnalysis;

namespace SharedModels.Testing;

/// <summary>One device of a <see cref="FakeAccelerator"/>: what lies on it, how fast it is, and what shall go wrong.</summary>
/// <remarks>All members are safe for use by many threads.</remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A source without a timer has nothing to free.")]
public sealed partial class FakeDevice
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

    /// <summary>
    /// Whether moves ignore their cancellation tokens, as a driver that hangs does; the device's loss ends them nevertheless.
    /// </summary>
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

    private static double Positive(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return double.IsNaN(value) ? throw new ArgumentOutOfRangeException(nameof(value), "NaN is no speed.") : value;
    }
}
