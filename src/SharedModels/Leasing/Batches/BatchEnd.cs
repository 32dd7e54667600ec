namespace SharedModels.Leasing.Batches;

/// <summary>
/// Completes the waits of a batch on the thread pool. From there, the callers' continuations go to the queue of that thread, which is much
/// cheaper than handing each of them over from the device's worker.
/// </summary>
internal sealed class BatchEnd<TOutput>(long ticks, CompletedWait<TOutput>[] waits) : IThreadPoolWorkItem
{
    /// <summary>The duration of the batch.</summary>
    public long Ticks => ticks;

    public void Post()
    {
        if (waits.Length > 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        foreach (var wait in waits)
            wait.Complete();
    }
}
