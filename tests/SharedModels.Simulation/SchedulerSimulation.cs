using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Simulation;

/// <summary>
/// Runs a trace through the production scheduler in virtual time. The result depends only on the arguments.
/// </summary>
/// <remarks>
/// While the device is out of service, which lasts until a probe after its return, waiting and new requests are rejected. Requests that are
/// being served are lost with the device.
/// </remarks>
public sealed partial class SchedulerSimulation
{
    private readonly EventQueue _events = new();
    private readonly LeaseScheduler _scheduler;
    private readonly ScheduledDevice _device;
    private readonly SimulatedDevice _bus;
    private readonly Trace _trace;
    private readonly SimulationLog _log;
    private readonly BringAttempts _attempts;
    private readonly IEnumerator<DeviceOutage> _outages;
    private TimeSpan _busFreeAt;
    private int _served;

    private SchedulerSimulation(
        Trace trace, SimulatedDevice device, int maxBypass, int maxBypassUnderLoad, SimulatedNeighbors? neighbors)
    {
        _neighbors = neighbors;
        _trace = trace;
        _bus = device;
        _log = new(trace);
        _attempts = new(trace);
        _outages = trace.Faults.Outages.GetEnumerator();
        _scheduler = new(new SchedulingPolicy { MaxBypass = maxBypass, MaxBypassUnderLoad = maxBypassUnderLoad });
        _device = new(new Device("fake"), device.BudgetBytes, maxConcurrentHolders: 1, maxQueueLength: int.MaxValue);
        _scheduler.Add(_device);
    }

    private long Now => _events.Now.Ticks;

    /// <summary>Runs a trace to its end. Loads into host memory take no time.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    /// <param name="maxBypass">The maximum number of younger requests that can bypass a request.</param>
    /// <param name="maxBypassUnderLoad">The maximum number when the queue is long.</param>
    /// <param name="neighbors">Other processes on the device, if any.</param>
    public static SimulationResult Run(
        Trace trace,
        SimulatedDevice device,
        int maxBypass = 16,
        int maxBypassUnderLoad = 64,
        SimulatedNeighbors? neighbors = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        return new SchedulerSimulation(trace, device, maxBypass, maxBypassUnderLoad, neighbors).Run();
    }

    private SimulationResult Run()
    {
        var models = _trace.ModelBytes
            .Select((bytes, index) => new Model(new ModelSettings($"m{index}") { Candidates = [_device] }, index, bytes))
            .ToArray();
        Array.ForEach(models, model => _scheduler.Add(model, 0));
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var request = new Request(models[_trace.Requests[i].Model], i) { Tenant = _trace.Requests[i].Tenant };
            _events.At(_trace.Requests[i].Arrival, () => Acquire(request));
        }

        PlanLoss();
        PlanNeighbors();
        while (!(_log.IsComplete && _served == 0) && _events.TryAdvance())
        {
            foreach (var effect in _scheduler.TakeEffects())
                Do(effect);
            PlanWake();
        }

        return _log.ToResult(_events.Now);
    }

    private void Acquire(Request request)
    {
        if (_scheduler.TryAcquire(request, Now))
            Serve(request);
    }

    private void Do(SchedulerEffect effect)
    {
        // All effects except a probe concern a model.
        var model = (Model)effect.Model!;
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                Serve((Request)effect.Request!);
                break;
            case SchedulerEffectKind.Reject when effect.Rejection!.Reason
                is RejectionReason.LoadFailed or RejectionReason.DeviceLost or RejectionReason.DoesNotFitNow:
                _log.Reject();
                break;
            case SchedulerEffectKind.Load:
                _events.At(_events.Now, () => EndLoad(effect, model));
                break;
            case SchedulerEffectKind.Move:
                _log.Move(model.Bytes);
                Take(model.Bytes);
                _busFreeAt = (_events.Now > _busFreeAt ? _events.Now : _busFreeAt) + _bus.TransferTime(model.Bytes);
                var loss = _loss;
                _events.At(_busFreeAt, () => EndMove(effect, model, loss));
                break;
            case SchedulerEffectKind.Evict:
                _events.At(_events.Now, () =>
                {
                    _ours -= model.Bytes;
                    _scheduler.Complete(new(effect), Now);
                });
                break;
            case SchedulerEffectKind.ReportLoss:
                break;
            case SchedulerEffectKind.Lose:
                BreakOff((Request)effect.Request!);
                break;
            case SchedulerEffectKind.Probe:
                _events.At(_events.Now, Probe);
                break;
            default:
                throw new InvalidOperationException($"The simulation does not support {effect.Kind}: {effect.Rejection?.Reason}.");
        }
    }

    private void EndLoad(SchedulerEffect effect, Model model)
    {
        var failure = _attempts.NextLoadFails(model.Index) ? Failure.Of(new IOException("The trace makes this load fail.")) : null;
        _scheduler.Complete(
            new StepResult(effect) { Footprint = new(0, model.Bytes), Failure = failure, FailureKind = KindOf(failure) }, Now);
    }

    private void EndMove(SchedulerEffect effect, Model model, int loss)
    {
        if (loss != _loss)
            return;
        var failure = _attempts.NextMoveFails(model.Index) ? Failure.Of(new IOException("The trace makes this move fail.")) : null;
        _scheduler.Complete(new StepResult(effect) { Failure = failure, FailureKind = KindOf(failure) }, Now);
    }

    private static StepFailure KindOf(Failure? failure) => failure is null ? StepFailure.None : StepFailure.Model;

    private void Serve(Request request)
    {
        _log.Serve(request.Index, _events.Now);
        _served++;
        _events.At(_events.Now + _trace.Requests[request.Index].Hold, () =>
        {
            if (!request.IsBrokenOff)
                End(request);
        });
    }

    private void End(Request request)
    {
        _served--;
        _scheduler.Release(request, Now);
    }

    private sealed class Model(ModelSettings settings, int index, long bytes) : ScheduledModel(settings)
    {
        public int Index => index;

        public long Bytes => bytes;
    }

    private sealed class Request(Model model, int index) : LeaseRequest(model.Waiting, new LeaseHolder())
    {
        public int Index { get; } = index;

        /// <summary>Indicates whether the device was lost while the request was being served.</summary>
        public bool IsBrokenOff { get; set; }
    }
}
