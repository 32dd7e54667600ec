namespace SharedModels.Cuda.Memory;

/// <summary>Counts the bytes of host memory that are pinned. Safe for use by many threads.</summary>
internal sealed class PinnedMemoryQuota
{
    private readonly Lock _lock = new();

    /// <summary>The quota of this process. All containers, and models without a container, share the memory of one machine.</summary>
    public static PinnedMemoryQuota OfProcess { get; } = new();

    public long Bytes { get; private set; }

    /// <summary>The part of <see cref="Bytes"/> that could not be unpinned.</summary>
    public long LeakedBytes { get; private set; }

    /// <summary>Adds bytes to the count if it stays within the budget.</summary>
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

    /// <summary>Counts pinned bytes that will never be returned.</summary>
    public void Leak(long bytes)
    {
        lock (_lock)
            LeakedBytes += bytes;
    }
}
