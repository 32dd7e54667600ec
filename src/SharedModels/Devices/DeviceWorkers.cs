using System.Collections.Concurrent;

namespace SharedModels.Devices;

/// <summary>
/// The worker threads of a device, one per slot. The threads are long-lived, so that native engines keep their per-thread state in one
/// place.
/// </summary>
internal sealed class DeviceWorkers(Device device)
{
    [ThreadStatic]
    private static BlockingCollection<Action>? _current;

    private readonly Dictionary<int, BlockingCollection<Action>> _queues = [];
    private bool _isStopped;

    /// <summary>
    /// Returns true if this thread is the slot's worker. Work that is posted to it cannot start before the current work ends.
    /// </summary>
    public bool IsCurrent(int slot)
    {
        if (_current is not { } current)
            return false;
        lock (_queues)
            return _queues.GetValueOrDefault(slot) == current;
    }

    /// <exception cref="ObjectDisposedException">The workers have been stopped.</exception>
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

    /// <summary>Stops the threads after they have finished the posted work.</summary>
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
        var context = ExecutionContext.Capture()!;
        foreach (var work in queue.GetConsumingEnumerable())
        {
            work();

            // Ambient values that the code has set must not reach the next caller's code.
            ExecutionContext.Restore(context);
        }

        queue.Dispose();
    }
}
