using SharedModels.Scheduling;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Tests.Scheduling;

/// <summary>Turns numbers into events, and checks the promises from the outside; the scheduler's own assertions run besides.</summary>
internal sealed class SchedulerHistory
{
    private readonly SchedulerWorld _world;
    private readonly List<TestModel> _models = [];
    private readonly List<LeaseHolder> _holders = [.. Enumerable.Range(0, 5).Select(static _ => new LeaseHolder())];
    private readonly List<TestRequest> _requests = [];
    private readonly bool _onCpu;

    public SchedulerHistory(int slots, bool onCpu, int maxBypass)
    {
        _onCpu = onCpu;
        _world = new(budget: 100, slots, maxQueueLength: 8, onCpu ? Device.Cpu : null, maxBypass);
        for (var i = 0; i < 6; i++)
            _models.Add(_world.AddModel($"m{i}", bytes: 15 + 20 * i, maxLeases: 1 + i % 2, keepAlive: i == 2 ? 30 : long.MaxValue, canReload: i != 3));
    }

    public void Do(int code)
    {
        var argument = Math.Abs(code / 10 % 1000);
        switch (Math.Abs(code % 10))
        {
            case 0 or 1 or 2:
                Acquire(argument);
                break;
            case 3 or 4 when Pick(static request => request.IsHeld, argument) is { } held:
                _world.Release(held);
                break;
            case 5 when Pick(static request => request.IsWaiting, argument) is { } waiting:
                Assert.True(_world.Cancel(waiting));
                break;
            case 6 or 7 when _world.Work.Count > 0:
                _world.Finish(_world.Work[argument % _world.Work.Count], argument % 5 == 4 ? new IOException("failed") : null);
                break;
            case 8:
                _world.Advance(argument % 50);
                break;
            case 9 when argument < 900:
                _world.Tell(() => _world.Scheduler.TryEvict(_models[argument % _models.Count], _world.Now));
                break;
            case 9 when argument > 990:
                _world.Tell(() => _world.Scheduler.BeginShutdown(_world.Now));
                break;
        }

        Check();
    }

    /// <summary>Lets everything end that began: no request may be left waiting, no byte in use.</summary>
    public void End()
    {
        for (var round = 0; round < 1_000 && (_world.Work.Count > 0 || _requests.Exists(static request => request.IsHeld || request.IsWaiting)); round++)
        {
            _world.FinishAll();
            foreach (var request in _requests.Where(static request => request.IsHeld).ToList())
                _world.Release(request);
            Check();
        }

        Assert.DoesNotContain(_requests, static request => request.IsHeld || request.IsWaiting);
        Assert.Equal(0, _world.Device.QueueLength);
        Assert.Equal(0, _world.Device.HolderCount);
        _world.Tell(() => _world.Scheduler.BeginShutdown(_world.Now));
        _world.FinishAll();
        Assert.True(_world.Scheduler.IsAtRest);
        Assert.Equal(0, _world.Device.UsedBytes);
        Assert.Equal(0, _world.Device.LeavingBytes);
        Assert.All(_requests, static request => Assert.True(request.GrantNumber > 0 || request.Refusal is not null || !request.IsWaiting));
    }

    private void Acquire(int argument)
    {
        var request = new TestRequest(_models[argument % _models.Count], _holders[argument / 7 % _holders.Count], isPreload: argument % 11 == 10)
        {
            Priority = argument % 13 % WaitingLine.Priorities,
        };
        _requests.Add(request);
        _world.Acquire(request, timeout: argument % 3 == 0 ? 40 : long.MaxValue);
    }

    private TestRequest? Pick(Func<TestRequest, bool> condition, int argument)
    {
        var candidates = _requests.Where(condition).ToList();
        return candidates.Count == 0 ? null : candidates[argument % candidates.Count];
    }

    private void Check()
    {
        var held = _requests.Where(static request => request.IsHeld).ToList();
        Assert.True(held.Select(static request => request.Holder).Distinct().Count() <= _world.Device.MaxConcurrentHolders);
        foreach (var model in _models)
        {
            var users = held.Where(request => request.ScheduledModel == model).Select(static request => request.Holder).Distinct().Count();
            Assert.Equal(users, model.Users);
            Assert.True(users <= model.MaxLeases);
            Assert.InRange(model.OverdueLeases, 0, held.Count(request => request.ScheduledModel == model));
            Assert.True(users == 0 || model.Residency == ModelResidency.OnDevice);
            var queue = _requests.Where(request => request.ScheduledModel == model && request.IsWaiting).ToList();
            Assert.Equal(queue.Count, model.Waiting.Count + model.Preloads.Count);
            Assert.True(queue.Count == 0 || model.Residency != ModelResidency.Registered);
        }

        var isStuck = _world.Work.Count == 0 && held.Count == 0 && _requests.Exists(static request => request.IsWaiting);
        Assert.False(isStuck, "Requests wait, nobody holds anything, and nothing is under way.");
        Assert.True(_onCpu || _world.Device.UsedBytes <= _world.Device.BudgetBytes);
    }
}
