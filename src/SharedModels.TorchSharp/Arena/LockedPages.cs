namespace SharedModels.TorchSharp.Arena;

/// <summary>Counts the bytes of pages that are locked. Safe for use by many threads.</summary>
internal sealed class LockedPages
{
    private readonly Lock _lock = new();

    /// <summary>Those of this process: a machine's memory is one, however many containers and models without one share it.</summary>
    public static LockedPages OfProcess { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>Adds to the count if it stays within the budget.</summary>
    public bool TryTake(long bytes, long budgetBytes)
    {
        lock (_lock)
        {
            if (Bytes + bytes > budgetBytes)
                return false;
            Bytes += bytes;
            return true;
        }
    }

    public void Return(long bytes)
    {
        lock (_lock)
            Bytes -= bytes;
    }
}
