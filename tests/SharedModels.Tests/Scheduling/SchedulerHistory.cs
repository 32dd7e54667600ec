using System.Text;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>Turns numbers into events, and checks the guarantees from outside, in addition to the scheduler's own assertions.</summary>
internal sealed class SchedulerHistory
{
    private const long Budget = 100, HostBudget = 160;
    private static readonly string?[] Tenants = [null, "a", "b", "c"];

    private readonly HistoryChecks _checks;
    private readonly StringBuilder _story = new();
    private readonly SchedulerWorld _world;
    private readonly List<TestModel> _models = [];
    private readonly List<TestModel> _all;
    private readonly List<ScheduledDevice> _accelerators = [];
    private readonly ScheduledDevice? _host;
    private readonly List<LeaseHolder> _holders = [.. Enumerable.Range(0, 5).Select(static _ => new LeaseHolder())];
    private readonly List<TestRequest> _requests = [];
    private readonly Dictionary<ScheduledDevice, long> _used = [];
    private readonly HistoryOrder _order;
    private readonly HistoryBatches? _batches;

    public SchedulerHistory(HistoryKind kind, HistoryChecks checks)
    {
        _checks = checks;
        var hasReplicas = checks.HasFlag(HistoryChecks.Replicas);
        var slots = kind is HistoryKind.SharedAccelerator ? 3 : kind is HistoryKind.Cpu ? 2 : 1;
        _world = new(
            Budget,
            slots,
            maxQueueLength: 8,
            kind == HistoryKind.Cpu ? Device.Cpu : null,
            maxBypass: kind switch { HistoryKind.WithoutBypass => 0, HistoryKind.SharedAccelerator => 2, _ => 16 },
            policy => policy with
            {
                MinResidency = kind == HistoryKind.WithMinResidency ? 20 : 0,
                RetryDelay = 10, MaxRetryDelay = 100, PriorityAging = 60, PopularityHalfLife = 300,
            });
        if (kind == HistoryKind.Cpu)
        {
            _host = _world.Device;
        }
        else
        {
            _accelerators.Add(_world.Device);
            if (kind == HistoryKind.TwoAccelerators)
                _accelerators.Add(_world.AddDevice(new Device("fake", 1), hasReplicas ? Budget : Budget / 2));
            if (kind != HistoryKind.OneAccelerator)
                _host = _world.AddDevice(Device.Cpu, kind == HistoryKind.TwoAccelerators && !hasReplicas ? HostBudget : 10 * HostBudget);
        }

        if (checks.HasFlag(HistoryChecks.LargeMachine))
        {
            _accelerators.Add(_world.AddDevice(new Device("fake", 7), 70, slots: 2));
            _accelerators.Add(_world.AddDevice(new Device("fake", 8), 150, slots: 2));
            _world.Scheduler.Devices[1].Configure(220, 2, 8);
        }

        for (var i = 0; i < 6; i++)
            _models.Add(AddModel(i, kind));
        _all = hasReplicas ? [.. _models, .. HistoryReplicas.Add(_world, _models[..3])] : _models;
        _order = new(_world, _requests);
        _batches = checks.HasFlag(HistoryChecks.Batches) ? new(_world, _requests, Tell) : null;
        if (checks.HasFlag(HistoryChecks.Preloads))
            _world.Tell(() => _world.Scheduler.KeepPreloaded(_world.Now));
    }

    public SchedulerWorld World => _world;

    /// <summary>The events, one per line.</summary>
    public string Story =>
        _story + string.Concat(_all.Select(model =>
            $"{model.Id}: {model.Residency} {model.Device?.Device} {(model.IsLost ? "lost " : "")}of "
            + $"{model.HostMemory.Bytes}+{model.DeviceMemory.Bytes} bytes, {model.Users} users, {model.PendingRequests} wishes\n"))
        + string.Concat(_world.Scheduler.Devices.Select(device =>
            $"{device.Device}: {device.Memory.UsedBytes} - {device.Memory.LeavingBytes} of {device.Memory.BudgetBytes} bytes, "
            + $"{device.HolderCount} of {device.MaxConcurrentHolders} holders, claim '{device.Memory.Claim?.Names}'\n"));

    public void Do(int code)
    {
        // Without flows and batches, the numbers keep their original meaning.
        var kinds = _batches is not null ? 30 : _checks.HasFlag(HistoryChecks.Flows) ? 25 : 20;
        var argument = Math.Abs(code / kinds % 1000);
        switch (Math.Abs(code % kinds))
        {
            case <= 4:
                Acquire(argument);
                break;
            case 5:
                AcquireGroup(argument);
                break;
            case 6 or 7 or 8 when Pick(static request => request.IsHeld, argument) is { } held:
                Tell($"release {Name(held)}");
                _world.Release(held);
                break;
            case 9 when Pick(static request => !request.IsHeld && !request.IsWaiting, argument) is { } ended:
                Tell($"release {Name(ended)} once more");
                _world.Release(ended);
                break;
            case 10 or 11 when Pick(static request => request.IsWaiting, argument) is { } waiting:
                Tell($"cancel {Name(waiting)}");
                Assert.True(_world.Cancel(waiting));
                break;
            case 12 or 13 or 14 when _world.Work.Count > 0:
                Finish(_world.Work[argument % _world.Work.Count], argument);
                break;
            case 15:
                Tell($"{argument % 50} ticks pass");
                _world.Advance(argument % 50);
                break;
            case 16 when _all[argument % _all.Count] is var evicted:
                Tell($"evict {evicted.Id}");
                _world.Tell(() => _world.Scheduler.TryEvict(evicted, _world.Now));
                break;
            case 17 when _accelerators.Count > 0 && argument % 12 == 3:
                Tell($"lose {_accelerators[argument % _accelerators.Count].Device}");
                _world.Lose(_accelerators[argument % _accelerators.Count]);
                break;
            case 18:
                ChangeLimits(argument);
                break;
            case 19 when argument > 990:
                Tell("shut down");
                _world.Tell(() => _world.Scheduler.BeginShutdown(_world.Now));
                break;
            case 20 or 21 or 22:
                AcquireInFlow(argument);
                break;
            case 23 when Pick(static request => request.IsWaiting, argument) is { } raised:
                Tell($"raise {Name(raised)} to {argument % WaitQueue.Priorities}");
                _world.Tell(() => _world.Scheduler.Raise(raised, argument % WaitQueue.Priorities, _world.Now));
                break;
            case 24:
                TryAcquire(new TestRequest(_models[argument % _models.Count], _holders[argument / 7 % _holders.Count]));
                break;
            case 25 or 26 or 27:
                Start(_batches!.CreateInput(ModelAt(argument), argument), argument);
                break;
            case 28 or 29:
                _batches!.Begin(argument);
                break;
        }

        Check();
    }

    /// <summary>Ends all work: no request must be left waiting, no byte in use.</summary>
    public void End()
    {
        Tell("everything ends");
        for (var round = 0;
            round < 1_000 && (_world.Work.Count > 0 || _requests.Exists(static request => request.IsHeld || request.IsWaiting));
            round++)
        {
            for (var steps = 0; _world.Work.Count > 0; steps++)
            {
                Assert.True(steps < 1_000, "Models evict each other endlessly.");
                Finish(_world.Work[0], argument: 0);
            }

            foreach (var request in _requests.Where(static request => request.IsHeld).ToList())
                _world.Release(request);
            if (_world.Work.Count == 0)
                _world.Advance(10);
            Check();
        }

        Assert.DoesNotContain(_requests, static request => request.IsHeld || request.IsWaiting);
        Assert.All(_world.Scheduler.Devices, static device =>
            Assert.Equal((0, 0, 0), (device.QueueLength, device.PreloadCount - Kept(device.Models), device.HolderCount)));
        _world.Tell(() => _world.Scheduler.BeginShutdown(_world.Now));
        _world.FinishAll();
        Assert.True(_world.Scheduler.IsAtRest);
        Assert.All(_world.Scheduler.Devices, static device =>
            Assert.Equal((0, 0, 0), (device.Memory.UsedBytes, device.Memory.LeavingBytes, device.Memory.WorkingBytes)));
        Assert.All(_all, static model => Assert.Equal(2, model.Queues.Count));
        Assert.All(
            _requests, static request => Assert.True(request.GrantNumber > 0 || request.Rejection is not null || !request.IsWaiting));
    }

    private TestModel AddModel(int index, HistoryKind kind)
    {
        var bytes = 15 + 20 * index;
        var settings = new ModelSettings($"m{index}")
        {
            Candidates = kind == HistoryKind.Cpu ? [_host!] : [.. _accelerators],
            Fallback = kind == HistoryKind.TwoAccelerators && index < 2 ? _host : null,
            MaxLeases = 1 + index % 2,
            KeepAlive = index == 2 ? 30 : long.MaxValue,
            CanReload = index != 3,
            IsPreloaded = _checks.HasFlag(HistoryChecks.Preloads) && index is 1 or 4,
            MaxBatchSize = 1 + index,
            MaxBatchDelay = index is 2 or 5 ? 15 : 0,
            TargetBatchTicks = index == 4 ? 20 : long.MaxValue,
        };
        return _world.AddModel(
            new ModelFootprint(bytes, bytes, _checks.HasFlag(HistoryChecks.LargeMachine) ? 10 : index is 1 or 4 ? 5 : 0),
            settings,
            isMutable: index == 5,
            isPlaced: _checks.HasFlag(HistoryChecks.Placed) && index is 0 or 2 or 4);
    }

    /// <summary>
    /// Returns the model that a number stands for. Models with replicas are wanted more often, so that replicas are worth it.
    /// </summary>
    private TestModel ModelAt(int argument) =>
        _models[_checks.HasFlag(HistoryChecks.Replicas) && argument % 4 != 0 ? argument % 3 : argument % _models.Count];

    private void Acquire(int argument)
    {
        var request = new TestRequest(ModelAt(argument), _holders[argument / 7 % _holders.Count], isPreload: argument % 11 == 10);
        Start(request, argument);
    }

    /// <summary>Fetches a model for code that may have others, each of them with a separate holder.</summary>
    private void AcquireInFlow(int argument)
    {
        var model = ModelAt(argument);
        var flows = _requests
            .Where(static request => request is { IsInFlow: true, IsHeld: true } or { IsInFlow: true, IsWaiting: true }).ToList();
        var request = new TestRequest(model, new()) { IsInFlow = true };
        if (flows.Count > 0 && argument % 5 != 0)
        {
            request.OuterFetch = flows[argument / 3 % flows.Count];
            request.HeldMeanwhile =
            [
                .. request.OuterFetches
                    .Where(outer => (outer.IsHeld || outer.IsWaiting) && outer.ScheduledModel.Id != model.Id)
                    .Select(static outer => outer.Holder),
            ];
        }

        Start(request, argument);
        if (request.IsHeld)
            request.HeldMeanwhile = [];
    }

    private void TryAcquire(TestRequest request)
    {
        Tell($"try '{request.Queue.Names}'");
        var work = _world.Work.Count;
        _world.Tell(() =>
        {
            if (!_world.Scheduler.TryAcquireNow(request, _world.Now))
                return;
            request.GrantNumber = _order.LastGrant;
            _requests.Add(request);
        });
        Assert.True(request.IsHeld || _world.Work.Count == work, "A request that only tries starts work.");
    }

    private void AcquireGroup(int argument)
    {
        var count = 1 + argument % 3;
        var first = argument / 2 % _models.Count;
        Start(_world.Group(
            _holders[argument / 7 % _holders.Count],
            [.. Enumerable.Range(0, count).Select(i => _models[(first + i * (1 + argument % 3)) % _models.Count])]), argument);
    }

    private void Start(TestRequest request, int argument)
    {
        request.Priority = argument % 13 % WaitQueue.Priorities;
        request.Tenant = _checks.HasFlag(HistoryChecks.Tenants) ? Tenants[argument % Tenants.Length] : null;
        var timeout = argument % 3 == 0 ? 40 : long.MaxValue;
        _requests.Add(request);
        Tell(
            $"{Name(request)}: holder {_holders.IndexOf(request.Holder)} {(request.IsPreload ? "preloads" : "wants")} "
            + $"'{request.Queue.Names}', priority {request.Priority}{(timeout < long.MaxValue ? ", for 40 ticks" : "")}");
        _world.Acquire(request, timeout, hasDeadline: argument % 6 == 0);
    }

    private void Finish(SchedulerEffect work, int argument)
    {
        // Most work succeeds: a machine that fails most of the time decides little.
        Exception? failure = argument % 4 != 3 ? null : (argument % 9) switch
        {
            4 => new IOException("failed"),
            5 when work.Kind is SchedulerEffectKind.Move => new DeviceOutOfMemoryException("full"),
            6 when work.Kind is SchedulerEffectKind.Move => new DeviceLostException("gone"),
            _ => null,
        };
        if (work.Kind == SchedulerEffectKind.Unload)
            failure = null;
        Tell($"{work.Kind} of {work.Model?.Id ?? work.Device?.Device.ToString()} ends {(failure is null ? "well" : failure.Message)}");
        _world.Finish(work, failure);
    }

    private void ChangeLimits(int argument)
    {
        var device = _world.Scheduler.Devices[argument % _world.Scheduler.Devices.Count];
        var budget = (device == _host ? 10 * HostBudget : Budget) - argument % 4 * 20;
        Tell($"the budget of {device.Device} becomes {budget}, its slots {1 + argument % 3}");
        device.Configure(budget, 1 + argument % 3, 8, largestBudgetBytes: argument % 8 < 4 ? null : 10 * HostBudget);
        foreach (var model in _all.Where(model => model.Id == _models[argument % _models.Count].Id))
            model.Settings = model.Settings with { MaxLeases = 1 + argument % 2 };
        _world.Tell(() => _world.Scheduler.Reconfigure(_world.Policy, _world.Now));
    }

    private static int Kept(IEnumerable<ScheduledModel> models) =>
        models.Sum(static model => model.Preloads.Requests.Count(static request => request is KeepRequest));

    private TestRequest? Pick(Func<TestRequest, bool> condition, int argument)
    {
        var candidates = _requests.Where(condition).ToList();
        return candidates.Count == 0 ? null : candidates[argument % candidates.Count];
    }

    private string Name(TestRequest request) => $"#{_requests.IndexOf(request)}";

    private void Tell(string line) => _story.AppendLine(line);

    private void CheckMore(List<TestRequest> held)
    {
        foreach (var request in _requests.Where(static request => request.IsHeld))
        {
            foreach (var lease in request.Leases.Where(static lease => lease.RequestState == RequestState.Granted && !lease.IsLost))
            {
                Assert.True(
                    lease.ScheduledModel is { Residency: ModelResidency.OnDevice, IsLost: false, Device.IsLost: false },
                    "A lease is held on a model that is not loaded.");
                Assert.True(
                    lease.ScheduledModel is not TestModel { IsPlaced: true } model || model.PlacedOn == model.Device!.Device,
                    "A lease is held on a model that was not made for its device.");
            }
        }

        if (_checks.HasFlag(HistoryChecks.Order))
            _order.Check();
        if (_checks.HasFlag(HistoryChecks.HostBudget) && _host is not null)
        {
            var idle = _all.Where(model =>
                model is { Users: 0, IsWanted: false, Residency: ModelResidency.OnHost, Settings.CanReload: true, HostMemory.Bytes: > 0 })
                .ToList();
            Assert.True(
                _host.Memory.UsedBytes - _host.Memory.LeavingBytes <= _host.Memory.BudgetBytes || idle.Count == 0,
                $"The host is over its budget, and '{idle.FirstOrDefault()?.Id}' stays in its memory without a request.");
        }

        if (_checks.HasFlag(HistoryChecks.WakeUps))
            HistoryWakeUps.Check(_world, _requests);
    }

    private void Check()
    {
        var held = _requests.SelectMany(static request => request.Leases)
            .Where(static lease => lease.RequestState == RequestState.Granted)
            .ToList();
        foreach (var device in _world.Scheduler.Devices)
        {
            var holders =
                held.Where(lease => lease.ScheduledModel.Device == device).Select(static lease => lease.Holder).Distinct().Count();
            Assert.Equal(holders, device.HolderCount);

            // A placed model can turn out larger than its estimate when it is already on the device.
            var unexpected = device.Models.Count(static model => model is TestModel { IsPlaced: true, PlacedOn: not null });
            var bound = Math.Max(device.Memory.BudgetBytes, _used.GetValueOrDefault(device)) + (TestModel.UnexpectedBytes * unexpected);
            Assert.True(
                device == _host || device.Memory.UsedBytes <= bound,
                "More bytes are used than the budget allows.");
            _used[device] = device.Memory.UsedBytes;
        }

        foreach (var model in _all)
        {
            var users = held.Where(lease => lease.ScheduledModel == model).Select(static lease => lease.Holder).Distinct().Count();
            Assert.Equal(users, model.Users);
            Assert.InRange(model.OverdueLeases, 0, held.Count(lease => lease.ScheduledModel == model));
            Assert.True(users == 0 || model.Residency == ModelResidency.OnDevice);
            Assert.Equal(
                _requests.Count(request => request.IsWaiting && request.Queue.Models.Contains(model)),
                model.PendingRequests - Kept([model]));
        }

        CheckMore(held);
        _batches?.Check();
        HistoryReplicas.Check(_all);
        var isStuck = _world.Work.Count == 0
            && held.Count == 0
            && _world.Scheduler.Devices.All(static device => device.HeapIndex < 0)
            && !_all.Exists(static model => model.Failure is not null && model.HeapIndex >= 0)
            && _requests.Exists(static request => request is { IsWaiting: true, IsHeldBack: false });
        Assert.False(isStuck, "Requests wait, although there is no lease and no running step.");
    }
}
