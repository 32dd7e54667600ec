using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Simulation.Replicas;

/// <summary>Runs the requests of a trace through the production scheduler in virtual time, on several devices.</summary>
public sealed class ReplicaSimulation
{
    // The models are loaded one after the other, before the first request arrives.
    private static readonly TimeSpan PreloadInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    private readonly EventQueue _events = new();
    private readonly LeaseScheduler _scheduler = new(new SchedulingPolicy());
    private readonly Dictionary<ScheduledDevice, TimeSpan> _busFreeAt = [];
    private readonly ReplicaOptions _options;
    private readonly Trace _trace;
    private readonly TimeSpan[] _waits;
    private TimeSpan _end;
    private int _moves;

    private ReplicaSimulation(Trace trace, ReplicaOptions options)
    {
        (_trace, _options) = (trace, options);
        _waits = new TimeSpan[trace.Requests.Count];
        for (var i = 0; i < options.Devices; i++)
        {
            _scheduler.Add(new ScheduledDevice(
                new Device("fake", i), options.Device.BudgetBytes, maxConcurrentHolders: 1, maxQueueLength: int.MaxValue));
        }
    }

    private long Now => _events.Now.Ticks;

    /// <summary>Runs a trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="options">The machine, and the ways in which models can be on several devices.</param>
    public static ReplicaResult Run(Trace trace, ReplicaOptions options)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(options);
        return new ReplicaSimulation(trace, options).Run();
    }

    private ReplicaResult Run()
    {
        var models = _trace.ModelBytes.Select((bytes, index) => Enumerable.Range(0, _options.Ids).Select(
            id => Add($"m{index}-{id}", bytes)).ToArray()).ToArray();
        foreach (var (index, model) in models.SelectMany(static ids => ids).Index())
            _events.At(index * PreloadInterval, () => _scheduler.TryAcquire(new Use(model.Preloads, index: -1), Now));
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var request = new Use(models[_trace.Requests[i].Model][i % _options.Ids].Waiting, i);
            _events.At(Start + _trace.Requests[i].Arrival, () =>
            {
                if (_scheduler.TryAcquire(request, Now))
                    Begin(request);
            });
        }

        while (_events.TryAdvance())
        {
            foreach (var effect in _scheduler.TakeEffects())
                Do(effect);
        }

        return new() { Waits = _waits, Moves = _moves, Duration = _end - Start - _trace.Requests[0].Arrival };
    }

    private Model Add(string id, long bytes)
    {
        var settings = new ModelSettings(id) { Candidates = [.. _scheduler.Devices] };
        var model = new Model(settings, bytes);
        for (var i = 1; i < _options.MaxReplicas; i++)
            _scheduler.AddReplica(model, new Model(settings, bytes));
        _scheduler.Add(model, Now);
        return model;
    }

    private void Do(SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant when effect.Request is Use { IsPreload: false } request:
                Begin(request);
                break;
            case SchedulerEffectKind.Grant:
                break;
            case SchedulerEffectKind.Load:
                var bytes = ((Model)effect.Model!).Bytes;
                _events.At(
                    _events.Now + TimeSpan.FromSeconds(bytes / _options.DiskBytesPerSecond),
                    () => _scheduler.Complete(new StepResult(effect) { Footprint = new(bytes, bytes) }, Now));
                break;
            case SchedulerEffectKind.Move:
                _moves++;
                var free = _busFreeAt.GetValueOrDefault(effect.Device!);
                var end = (_events.Now > free ? _events.Now : free) + _options.Device.TransferTime(((Model)effect.Model!).Bytes);
                _busFreeAt[effect.Device!] = end;
                _events.At(end, () => _scheduler.Complete(new(effect), Now));
                break;
            case SchedulerEffectKind.Evict or SchedulerEffectKind.Unload:
                _events.At(_events.Now, () => _scheduler.Complete(new(effect), Now));
                break;
            default:
                throw new InvalidOperationException($"The simulation does not support {effect.Kind}: {effect.Rejection?.Reason}.");
        }
    }

    private void Begin(Use request)
    {
        _waits[request.Index] = _events.Now - Start - _trace.Requests[request.Index].Arrival;
        var end = _events.Now + _trace.Requests[request.Index].Hold;
        _end = end > _end ? end : _end;
        _events.At(end, () => _scheduler.Release(request, Now));
    }

    private sealed class Model(ModelSettings settings, long bytes) : ScheduledModel(settings)
    {
        public long Bytes => bytes;
    }

    private sealed class Use(WaitQueue queue, int index) : LeaseRequest(queue, new LeaseHolder())
    {
        public int Index => index;
    }
}
