using SharedModels.Scheduling;

namespace SharedModels.Testing.Simulation;

/// <summary>Runs a trace through the very scheduler that production runs, in virtual time: the same trace always goes the same way.</summary>
public sealed class SchedulerSimulation
{
    private readonly PriorityQueue<Action, (long Time, int Order)> _events = new();
    private readonly LeaseScheduler _scheduler;
    private readonly ScheduledDevice _device;
    private readonly SimulatedDevice _bus;
    private readonly Trace _trace;
    private readonly TimeSpan[] _waits;
    private readonly List<int> _order = [];
    private long _now;
    private int _eventCount;
    private long _busFreeAt;
    private int _moves;
    private long _bytesMoved;

    private SchedulerSimulation(Trace trace, SimulatedDevice device, int maxBypass, int maxBypassUnderLoad)
    {
        _trace = trace;
        _bus = device;
        _waits = new TimeSpan[trace.Requests.Count];
        _scheduler = new(new SchedulingPolicy { MaxBypass = maxBypass, MaxBypassUnderLoad = maxBypassUnderLoad });
        _device = new(new Device("fake"), device.BudgetBytes, maxConcurrentHolders: 1, maxQueueLength: int.MaxValue);
        _scheduler.Add(_device);
    }

    /// <summary>Runs a trace to its end; models lie in the host's memory from the start.</summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    /// <param name="maxBypass">How many younger requests may overtake one.</param>
    /// <param name="maxBypassUnderLoad">How many may when the queue is long.</param>
    public static SimulationResult Run(Trace trace, SimulatedDevice device, int maxBypass = 16, int maxBypassUnderLoad = 64)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        return new SchedulerSimulation(trace, device, maxBypass, maxBypassUnderLoad).Run();
    }

    private SimulationResult Run()
    {
        var models = _trace.ModelBytes.Select((bytes, index) => new Model(new ModelSettings($"m{index}") { Candidates = [_device] }, bytes)).ToArray();
        Array.ForEach(models, _scheduler.Add);
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var request = new Request(models[_trace.Requests[i].Model], i);
            At(_trace.Requests[i].Arrival.Ticks, () => Acquire(request));
        }

        while (_events.TryDequeue(out var happen, out var at))
        {
            _now = at.Time;
            happen();
            foreach (var effect in _scheduler.TakeEffects())
                Do(effect);
        }

        return new() { Waits = _waits, Order = _order, End = TimeSpan.FromTicks(_now), Moves = _moves, BytesMoved = _bytesMoved };
    }

    private void Acquire(Request request)
    {
        if (_scheduler.TryAcquire(request, _now))
            Serve(request);
    }

    private void Do(SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                Serve((Request)effect.Request!);
                break;
            case SchedulerEffectKind.Load:
                At(_now, () => _scheduler.Loaded(effect.Model!, new(0, ((Model)effect.Model!).Bytes), _now));
                break;
            case SchedulerEffectKind.Move:
                _moves++;
                _bytesMoved += ((Model)effect.Model!).Bytes;
                _busFreeAt = Math.Max(_now, _busFreeAt) + _bus.TransferTime(((Model)effect.Model).Bytes).Ticks;
                At(_busFreeAt, () => _scheduler.Moved(effect.Model, _now));
                break;
            case SchedulerEffectKind.Evict:
                At(_now, () => _scheduler.Evicted(effect.Model!, _now));
                break;
            default:
                throw new InvalidOperationException($"The simulation knows no {effect.Kind}: {effect.Refusal?.Reason}.");
        }
    }

    private void Serve(Request request)
    {
        _order.Add(request.Index);
        _waits[request.Index] = TimeSpan.FromTicks(_now) - _trace.Requests[request.Index].Arrival;
        At(_now + _trace.Requests[request.Index].Hold.Ticks, () => _scheduler.Release(request, _now));
    }

    private void At(long time, Action happen) => _events.Enqueue(happen, (time, _eventCount++));

    private sealed class Model(ModelSettings settings, long bytes) : ScheduledModel(settings)
    {
        public long Bytes { get; } = bytes;
    }

    private sealed class Request(Model model, int index) : LeaseRequest(model.Waiting, new LeaseHolder())
    {
        public int Index { get; } = index;
    }
}
