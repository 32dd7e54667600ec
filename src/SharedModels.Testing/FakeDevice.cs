using System.Diagnostics.CodeAnalysis;

namespace SharedModels.Testing;

/// <summary>A device of a <see cref="FakeAccelerator"/>, with its memory, speed and faults.</summary>
/// <remarks>All members are thread-safe.</remarks>
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

    /// <summary>The name of the device, such as <c>fake:0</c>.</summary>
    public Device Device { get; }

    /// <summary>The number of bytes of memory that the device reports.</summary>
    public long MemoryBytes { get; }

    /// <summary>
    /// The number of bytes that the device really has, for example fewer than reported because another process takes some.
    /// </summary>
    /// <value>The default is <see cref="MemoryBytes"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long PhysicalBytes
    {
        get => Interlocked.Read(ref field);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref field, value);
        }
    }

    /// <summary>
    /// The number of bytes taken by models that are on the device or moving to it, and by the working memory of their uses.
    /// </summary>
    public long UsedBytes => Interlocked.Read(ref _usedBytes);

    /// <summary>The maximum value that <see cref="UsedBytes"/> has reached.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>The transfer rate of moves to the device, and of moves of mutable models off the device.</summary>
    /// <value>The default is the rate of the accelerator. Infinity means that moves take no time.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or not a number.</exception>
    public double BytesPerSecond
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, Positive(value));
    }

    /// <summary>The factor by which moves take longer than <see cref="BytesPerSecond"/> implies.</summary>
    /// <value>The default is 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or not a number.</exception>
    public double Slowdown
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, Positive(value));
    } = 1;

    /// <summary>
    /// The gate where moves to the device, and moves of mutable models off it, stop or fail. Their memory is already allocated.
    /// </summary>
    public Gate Move { get; } = new();

    /// <summary>The gate where probes stop or fail.</summary>
    public Gate Probe { get; } = new();

    /// <summary>
    /// Gets or sets a value that indicates whether moves ignore their cancellation tokens, like a driver that hangs. The loss of the device
    /// still ends them.
    /// </summary>
    public bool IgnoresTokens { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>The number of probes that have started.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Gets a value that indicates whether the device is lost, reported or not.</summary>
    public bool IsLost
    {
        get
        {
            lock (_lock)
                return _cause is not null;
        }
    }

    /// <summary>
    /// Makes the next moves to the device fail with <see cref="DeviceOutOfMemoryException"/>, although their memory is free.
    /// </summary>
    /// <param name="count">
    /// The number of moves that fail. A move that does not fit fails as well and does not count. 0 makes moves succeed again.
    /// </param>
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
        return double.IsNaN(value) ? throw new ArgumentOutOfRangeException(nameof(value), "The value must not be NaN.") : value;
    }
}
