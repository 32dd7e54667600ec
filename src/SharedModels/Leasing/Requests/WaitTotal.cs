namespace SharedModels.Leasing.Requests;

/// <summary>The time that an asynchronous flow, such as a request of a client, has waited for leases.</summary>
internal sealed class WaitTotal
{
    private static readonly AsyncLocal<WaitTotal?> Flow = new();

    private long _ticks;
    private volatile bool _isIncomplete;

    /// <summary>The total of the current flow, or <see langword="null"/> if its waits are not measured.</summary>
    public static WaitTotal? Current => Flow.Value;

    /// <summary>The sum of all waits, or <see langword="null"/> if some were not measured. Waits at the same time count twice.</summary>
    public TimeSpan? Elapsed => _isIncomplete ? null : TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Measures the waits of the current flow, until the calling method returns.</summary>
    public static WaitTotal Begin() => Flow.Value = new();

    public void Add(TimeSpan wait) => Interlocked.Add(ref _ticks, wait.Ticks);

    /// <summary>Records that the flow waits in a way that is not measured, such as for a batch.</summary>
    public void MarkIncomplete() => _isIncomplete = true;
}
