using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Scheduling.Batching;

/// <summary>Limits the size of a model's batches by its settings, by measured durations, and by the device's memory.</summary>
internal sealed class BatchSizer
{
    private int _memoryLimit = int.MaxValue;

    /// <summary>The measured durations of batches.</summary>
    public BatchCost Cost { get; } = new();

    /// <summary>Returns the maximum number of inputs of the next batch, regardless of the memory that is free now.</summary>
    public int LimitOf(ModelSettings settings)
    {
        var limit = Math.Min(settings.MaxBatchSize, _memoryLimit);
        return settings.TargetBatchTicks == long.MaxValue ? limit : Math.Min(limit, Cost.LargestWithin(settings.TargetBatchTicks, limit));
    }

    /// <summary>Records a batch that ran as a whole. After an out-of-memory error, the limit rises by one with each full batch.</summary>
    public void Complete(int size, long ticks)
    {
        Cost.Add(size, ticks);
        if (size >= _memoryLimit)
            _memoryLimit++;
    }

    /// <summary>Halves the size after a batch ran out of memory.</summary>
    public void RunOutOfMemory(int size) => _memoryLimit = Math.Max(1, size / 2);
}
