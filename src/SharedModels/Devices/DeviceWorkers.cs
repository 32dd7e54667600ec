namespace SharedModels.Devices;

/// <summary>
/// The worker threads of a device, one per slot. The threads are long-lived, so that native engines keep their per-thread state in one
/// place.
/// </summary>
internal sealed class DeviceWorkers(Device device)
{
    private readonly Dictionary<int, DeviceWorker> _workers = [];
    private bool _isStopped;

    /// <summary>The worker of a slot. It is started if necessary.</summary>
    public DeviceWorker this[int slot]
    {
        get
        {
            lock (_workers)
            {
                if (_workers.TryGetValue(slot, out var worker))
                    return worker;
                return _isStopped ? DeviceWorker.Stopped : _workers[slot] = DeviceWorker.Start($"SharedModels {device} #{slot}");
            }
        }
    }

    /// <summary>Stops the threads after they have finished the posted work.</summary>
    public void Stop()
    {
        lock (_workers)
        {
            _isStopped = true;
            foreach (var worker in _workers.Values)
                worker.Stop();
        }
    }
}
