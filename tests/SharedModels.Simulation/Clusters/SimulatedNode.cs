using SharedModels.Routing;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Simulation.Clusters;

/// <summary>
/// A node with the production scheduler, one or more devices, host memory, and loads and moves that take time. A killed node is replaced by
/// a new object.
/// </summary>
internal sealed class SimulatedNode
{
    private readonly SimulatedNodeOptions _options;
    private readonly ClusterSimulation _cluster;
    private readonly LeaseScheduler _scheduler = new(new SchedulingPolicy());
    private readonly ScheduledDevice[] _devices;
    private readonly ModelSettings _settings;
    private readonly Dictionary<int, NodeModel> _models = [];
    private readonly List<NodeModel> _changed = [];
    private readonly TimeSpan[] _busFreeAt;
    private TimeSpan _diskFreeAt;
    private TimeSpan _hungUntil;
    private long _wakesAt = long.MaxValue;
    private long _reports;
    private bool _isKilled;

    public SimulatedNode(ClusterSimulation cluster, int index, SimulatedNodeOptions options)
    {
        (_cluster, _options, Index, Id) = (cluster, options, index, ClusterSimulation.NodeId(index));
        Instance = cluster.Now.Ticks + 1;
        var host = new ScheduledDevice(Device.Cpu, options.HostBytes, maxConcurrentHolders: 1, maxQueueLength: int.MaxValue);
        _devices =
        [
            .. options.DeviceBytes.Select((bytes, device) =>
                new ScheduledDevice(new Device("fake", device), bytes, maxConcurrentHolders: 1, options.MaxQueueLength)),
        ];
        _scheduler.Add(host);
        Array.ForEach(_devices, _scheduler.Add);
        _busFreeAt = new TimeSpan[_devices.Length];
        _settings = new("") { Candidates = _devices };
    }

    public int Index { get; }

    public string Id { get; }

    public long Instance { get; }

    public bool IsHung => _hungUntil > _cluster.Now;

    private long Now => _cluster.Now.Ticks;

    public void Kill() => _isKilled = true;

    public void Hang(TimeSpan until) => _hungUntil = until;

    /// <summary>
    /// Receives a request. Returns the reason why it is rejected, or <see langword="null"/> if it waits or is being served.
    /// </summary>
    public NodeRejection? Receive(ClusterRequest request, TimeSpan? budget)
    {
        var model = ModelOf(request.Model);
        var estimate = _scheduler.Estimate([model], 1, Now);
        if (estimate.WouldBeRejected)
            return NodeRejection.Unavailable;
        if (estimate.Wait > budget)
            return NodeRejection.WaitTooLong;
        var attempt = new NodeRequest(model, request, request.Attempt);
        Note(model);
        if (_scheduler.TryAcquire(attempt, Now))
            Serve(attempt);
        Process();
        return null;
    }

    /// <summary>Returns the devices, and the models that have changed since the last report or, in a complete report, all models.</summary>
    public NodeReport CreateReport(bool isComplete = false)
    {
        IEnumerable<NodeModel> models = isComplete ? _models.Values : _changed;
        var report = CreateLoadReport() with
        {
            IsComplete = isComplete,
            Serves = isComplete ? _cluster.ModelIds : [],
            Models = [.. models.Select(model => model.CreateReport(Now))],
        };
        if (isComplete)
            return report;

        // Complete reports go to one router, so they do not replace the changes for the others.
        _changed.ForEach(static model => model.IsChanged = false);
        _changed.Clear();
        return report;
    }

    /// <summary>Returns the devices only, for a rejection.</summary>
    public NodeReport CreateLoadReport() => new()
    {
        Node = Id,
        Instance = Instance,
        Number = ++_reports,
        LoadWait = Max(TimeSpan.Zero, _diskFreeAt - _cluster.Now),
        Devices = [.. _devices.Select(Describe)],
    };

    private static DeviceReport Describe(ScheduledDevice device)
    {
        var isFree = device is { HasFreeSlot: true, QueueLength: 0 };
        var holds = isFree ? 0 : (device.QueueLength + 1) * device.Holds.Typical;
        var swaps = device.Models
            .Where(static model => model.IsWanted && model.Residency != ModelResidency.OnDevice)
            .Sum(static model => model.MoveTicks);
        return new()
        {
            Device = device.Device.ToString(),
            Wait = TimeSpan.FromTicks(holds + swaps),
            Hold = TimeSpan.FromTicks(device.Holds.Typical),
            Slots = device.MaxConcurrentHolders,
            Queued = device.QueueLength,
            BudgetBytes = device.Memory.BudgetBytes,
            FreeBytes = device.Memory.FreeBytes,
            IsUnavailable = device.QueueLength >= device.MaxQueueLength,
        };
    }

    private NodeModel ModelOf(int index)
    {
        if (_models.TryGetValue(index, out var model))
            return model;
        model = new(_settings with { Id = ClusterSimulation.ModelId(index) }, index, _cluster.BytesOf(index));
        _models.Add(index, model);
        _scheduler.Add(model, Now);
        return model;
    }

    /// <summary>Runs an action later, unless the node is killed until then. A hung node runs it when it continues.</summary>
    private void At(TimeSpan time, Action action) => _cluster.At(time, () =>
    {
        if (_isKilled)
            return;
        if (IsHung)
        {
            At(_hungUntil, action);
            return;
        }

        action();
        Process();
    });

    /// <summary>Carries out the decisions of the scheduler.</summary>
    private void Process()
    {
        while (_scheduler.HasEffects)
        {
            foreach (var effect in _scheduler.TakeEffects())
                Do(effect);
        }

        if (_scheduler.NextDeadline >= _wakesAt)
            return;
        _wakesAt = _scheduler.NextDeadline;
        At(TimeSpan.FromTicks(_wakesAt), () =>
        {
            _wakesAt = long.MaxValue;
            _scheduler.Advance(Now);
        });
    }

    private void Do(SchedulerEffect effect)
    {
        var model = (NodeModel)effect.Model!;
        Note(model);
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                Serve((NodeRequest)effect.Request!);
                break;
            case SchedulerEffectKind.Reject:
                var rejected = (NodeRequest)effect.Request!;
                _cluster.Reject(this, rejected.Request, rejected.Attempt, NodeRejection.Unavailable);
                break;
            case SchedulerEffectKind.Load when model.Footprint.HostBytes == 0:
                _scheduler.Complete(new(effect) { IsEstimate = true, Footprint = new(model.Bytes, model.Bytes) }, Now);
                break;
            case SchedulerEffectKind.Load:
                _cluster.Log.Load(model.Index, _cluster.Now);
                _diskFreeAt = Max(_cluster.Now, _diskFreeAt) + TimeSpan.FromSeconds(model.Bytes / _options.DiskBytesPerSecond);
                Complete(_diskFreeAt, effect, new(model.Bytes, model.Bytes));
                break;
            case SchedulerEffectKind.Move:
                _cluster.Log.Move(model.Bytes, _cluster.Now);
                ref var bus = ref _busFreeAt[Array.IndexOf(_devices, effect.Device)];
                bus = Max(_cluster.Now, bus) + TimeSpan.FromSeconds(model.Bytes / _options.BusBytesPerSecond);
                Complete(bus, effect, default);
                break;
            case SchedulerEffectKind.Evict or SchedulerEffectKind.Unload:
                Complete(_cluster.Now, effect, default);
                break;
            default:
                throw new InvalidOperationException($"The simulation does not support {effect.Kind}.");
        }
    }

    private void Complete(TimeSpan time, SchedulerEffect effect, ModelFootprint footprint) => At(time, () =>
    {
        Note((NodeModel)effect.Model!);
        _scheduler.Complete(new StepResult(effect) { Footprint = footprint }, Now);
    });

    private void Serve(NodeRequest attempt)
    {
        if (attempt.IsAbandoned)
        {
            At(_cluster.Now, () => End(attempt));
            return;
        }

        var (request, start) = (attempt.Request, _cluster.Now);
        if (_cluster.IsPoison(request.Model))
        {
            _cluster.Crash(this);
            return;
        }

        At(start + (_cluster.HoldOf(request) / _options.Speed), () =>
        {
            End(attempt);
            _cluster.Answer(this, request, attempt.Attempt, start);
        });
    }

    private void End(NodeRequest attempt)
    {
        Note(attempt.Model);
        _scheduler.Release(attempt, Now);
    }

    private void Note(NodeModel model)
    {
        if (model.IsChanged)
            return;
        model.IsChanged = true;
        _changed.Add(model);
    }

    private static TimeSpan Max(TimeSpan first, TimeSpan second) => first > second ? first : second;
}
