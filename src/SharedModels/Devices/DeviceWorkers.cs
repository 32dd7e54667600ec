using System.Collections.Concurrent;

namespace SharedModels.Devices;

/// <summary>A device's worker threads, one for each slot: long-lived, so that what native engines keep per thread stays in one place.</summary>
internal sealed class DeviceWorkers(Device device, int slots)
{
    private readonly BlockingCollection<Action>?[] _queues = new BlockingCollection<Action>?[slots];
    private bool _isStopped;

    public void Post(int slot, Action work)
    {
        lock (_queues)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            (_queues[slot] ??= Start(slot)).Add(work);
        }
    }

    /// <summary>Lets the threads end once they have done what was posted.</summary>
    public void Stop()
    {
        lock (_queues)
        {
            _isStopped = true;
            foreach (var queue in _queues)
                queue?.CompleteAdding();
        }
    }

    private BlockingCollection<Action> Start(int slot)
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() => Run(queue)) { IsBackground = true, Name = $"SharedModels {device} #{slot}" }.UnsafeStart();
        return queue;
    }

    private static void Run(BlockingCollection<Action> queue)
    {
        foreach (var work in queue.GetConsumingEnumerable())
            work();
        queue.Dispose();
    }
}
