using System.Collections.Concurrent;

namespace SharedModels.Devices;

/// <summary>
/// A device's worker threads, one for each slot: long-lived, so that what native engines keep per thread stays in one place.
/// </summary>
internal sealed class DeviceWorkers(Device device)
{
    [ThreadStatic]
    private static BlockingCollection<Action>? _current;

    private readonly Dictionary<int, BlockingCollection<Action>> _queues = [];
    private bool _isStopped;

    /// <summary>Whether this thread is the slot's worker: work that is posted to it cannot begin before the present work ends.</summary>
    public bool IsCurrent(int slot)
    {
        if (_current is not { } current)
            return false;
        lock (_queues)
            return _queues.GetValueOrDefault(slot) == current;
    }

    /// <exception cref="ObjectDisposedException">The workers were stopped.</exception>
    public void Post(int slot, Action work)
    {
        lock (_queues)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (!_queues.TryGetValue(slot, out var queue))
                _queues[slot] = queue = Start(slot);
            queue.Add(work);
        }
    }

    /// <summary>Lets the threads end when they have done what was posted.</summary>
    public void Stop()
    {
        lock (_queues)
        {
            _isStopped = true;
            foreach (var queue in _queues.Values)
                queue.CompleteAdding();
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
        _current = queue;
        foreach (var work in queue.GetConsumingEnumerable())
            work();
        queue.Dispose();
    }
}
