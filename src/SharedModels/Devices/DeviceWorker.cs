using System.Collections.Concurrent;

namespace SharedModels.Devices;

/// <summary>A thread that runs the code that uses models in one slot of a device.</summary>
internal sealed class DeviceWorker
{
    [ThreadStatic]
    private static DeviceWorker? _current;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly Lock _lock = new();
    private int _unfinished;
    private bool _isStopped;

    private DeviceWorker()
    {
    }

    /// <summary>A worker that accepts no work.</summary>
    public static DeviceWorker Stopped { get; } = new() { _isStopped = true };

    /// <summary>True on the worker's thread. Work that is posted to it cannot start before the current work ends.</summary>
    public bool IsCurrent => _current == this;

    /// <summary>True if posted work is waiting for its turn.</summary>
    public bool HasWaitingWork => _queue.Count > 0;

    /// <summary>Indicates whether a use that continues between two parts of work is open. Only used on the worker's thread.</summary>
    public bool HasOpenUse { get; set; }

    public static DeviceWorker Start(string name)
    {
        var worker = new DeviceWorker();
        new Thread(worker.Run) { IsBackground = true, Name = name }.UnsafeStart();
        return worker;
    }

    /// <exception cref="ObjectDisposedException">The worker has been stopped.</exception>
    public void Post(Action work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            _queue.Add(work);
        }
    }

    /// <summary>
    /// Posts the first part of work that <see cref="Continue"/> continues until <see cref="EndParts"/>. The thread lives until then.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The worker has been stopped.</exception>
    public void BeginParts(Action first)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            _unfinished++;
            _queue.Add(first);
        }
    }

    /// <summary>Posts a part of work that has begun and not ended.</summary>
    public void Continue(Action part) => _queue.Add(part);

    /// <summary>Ends work that was posted in parts.</summary>
    public void EndParts()
    {
        lock (_lock)
        {
            _unfinished--;
            CompleteIfStopped();
        }
    }

    /// <summary>Stops the thread after it has finished the posted work.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            CompleteIfStopped();
        }
    }

    private void CompleteIfStopped()
    {
        if (_isStopped && _unfinished == 0)
            _queue.CompleteAdding();
    }

    private void Run()
    {
        _current = this;
        var ambient = ExecutionContext.Capture()!;
        while (_queue.TryTake(out var work, Timeout.Infinite))
        {
            work();

            // Ambient values that the code has set must not reach the next caller's code.
            ExecutionContext.Restore(ambient);

            // An idle worker must not keep alive what its last work referred to.
            work = null;
        }

        _queue.Dispose();
    }
}
