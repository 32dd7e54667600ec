namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>The contexts of one thread.</summary>
internal sealed class ContextStack
{
    private readonly Stack<SimulatedDevice> _devices = new();
    private int _calls;
    private int _pushed;

    public SimulatedDevice? Current => _devices.TryPeek(out var device) ? device : null;

    /// <summary>The devices that are current, the topmost last.</summary>
    public IEnumerable<SimulatedDevice> Devices => _devices.Reverse();

    /// <summary>Indicates whether a call that has returned pushed a context and did not pop it.</summary>
    public bool HasLeft => Volatile.Read(ref _pushed) != 0 && Volatile.Read(ref _calls) == 0;

    public void Push(SimulatedDevice device)
    {
        _devices.Push(device);
        Interlocked.Increment(ref _pushed);
    }

    public SimulatedDevice? Pop()
    {
        if (!_devices.TryPop(out var device))
            return null;
        Interlocked.Decrement(ref _pushed);
        return device;
    }

    /// <summary>Replaces the context on top, which counts neither as a push nor as a pop.</summary>
    public void Set(SimulatedDevice? device)
    {
        _devices.TryPop(out _);
        if (device is not null)
            _devices.Push(device);
    }

    /// <summary>Begins a call, which may take any time.</summary>
    public void Enter() => Interlocked.Increment(ref _calls);

    public void Leave() => Interlocked.Decrement(ref _calls);
}
