using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Simulation.Batching;

/// <summary>Runs the inputs of a trace through the production scheduler in virtual time.</summary>
internal sealed class BatchSchedulerSimulation
{
    private readonly EventQueue _events = new();
    private readonly LeaseScheduler _scheduler = new(new SchedulingPolicy());
    private readonly ScheduledDevice _scheduledDevice;
    private readonly SimulatedDevice _device;
    private readonly BatchCurve _curve;
    private readonly Trace _trace;
    private readonly TimeSpan[] _latencies;
    private TimeSpan _busFreeAt;
    private int _batches;
    private int _moves;

    public BatchSchedulerSimulation(Trace trace, SimulatedDevice device, BatchCurve curve)
    {
        (_trace, _device, _curve) = (trace, device, curve);
        _latencies = new TimeSpan[trace.Requests.Count];
        _scheduledDevice = new(new Device("fake"), device.BudgetBytes, maxConcurrentHolders: 1, maxQueueLength: int.MaxValue);
        _scheduler.Add(_scheduledDevice);
    }

    private long Now => _events.Now.Ticks;

    public BatchResult Run()
    {
        var models = _trace.ModelBytes
            .Select((bytes, index) => new Model(
                new ModelSettings($"m{index}") { Candidates = [_scheduledDevice], MaxBatchSize = _curve.MaxBatchSize }, bytes))
            .ToArray();
        Array.ForEach(models, model => _scheduler.Add(model, 0));
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var input = new Input(models[_trace.Requests[i].Model], i);
            _events.At(_trace.Requests[i].Arrival, () =>
            {
                if (_scheduler.TryAcquire(input, Now))
                    Begin(input);
            });
        }

        while (_events.TryAdvance())
        {
            foreach (var effect in _scheduler.TakeEffects())
                Do(effect);
        }

        return new() { Latencies = _latencies, Batches = _batches, Moves = _moves, End = _events.Now };
    }

    private void Do(SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                Begin((Input)effect.Request!);
                break;
            case SchedulerEffectKind.Load or SchedulerEffectKind.Evict:
                var footprint = new ModelFootprint(0, ((Model)effect.Model!).Bytes);
                _events.At(_events.Now, () => _scheduler.Complete(new StepResult(effect) { Footprint = footprint }, Now));
                break;
            case SchedulerEffectKind.Move:
                _moves++;
                _busFreeAt = (_events.Now > _busFreeAt ? _events.Now : _busFreeAt) + _device.TransferTime(((Model)effect.Model!).Bytes);
                _events.At(_busFreeAt, () => _scheduler.Complete(new(effect), Now));
                break;
            default:
                throw new InvalidOperationException($"The simulation does not support {effect.Kind}: {effect.Rejection?.Reason}.");
        }
    }

    private void Begin(Input first)
    {
        // The batch starts on a worker, after the events of this moment.
        _events.At(_events.Now, () =>
        {
            var inputs = new List<LeaseRequest>();
            _scheduler.BeginBatch(first, inputs, Now);
            inputs.Add(first);
            var duration = _curve.DurationOf(inputs.Count);
            _batches++;
            _events.At(_events.Now + duration, () =>
            {
                foreach (var input in inputs)
                    _latencies[((Input)input).Index] = _events.Now - _trace.Requests[((Input)input).Index].Arrival;
                first.ScheduledModel.Batches.Complete(inputs.Count, duration.Ticks);
                _scheduler.Release(first, Now);
            });
        });
    }

    private sealed class Model(ModelSettings settings, long bytes) : ScheduledModel(settings)
    {
        public long Bytes => bytes;
    }

    private sealed class Input(Model model, int index) : LeaseRequest(model.Waiting, new LeaseHolder())
    {
        public int Index => index;

        internal override bool IsBatchInput => true;
    }
}
