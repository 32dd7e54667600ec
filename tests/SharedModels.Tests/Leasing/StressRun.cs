using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using SharedModels.Testing;
using Xunit.Abstractions;

namespace SharedModels.Tests.Leasing;

/// <summary>
/// Many tasks on real threads that lease, group, stream, preload, evict and cancel, while loads, moves and devices fail and settings
/// change. The seed determines the actions of each task. Time is virtual and passes at the speed of the threads, so that a slow machine
/// does not look like slow models.
/// </summary>
internal sealed class StressRun : IAsyncDisposable
{
    private const int Tasks = 64;
    private const string BatchedId = "batched";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // For each model: its bytes, its working bytes, the maximum number of leases, whether use changes it, and the number of replicas.
    private static readonly (long Bytes, long Working, int Leases, bool IsMutable, int Replicas)[] Kinds =
    [
        (10, 0, 1, false, 1), (10, 3, 1, false, 2), (8, 2, 2, false, 2), (10, 0, 1, true, 1), (5, 0, 1, true, 2), (24, 1, 1, false, 1),
    ];

    private readonly int _seed;
    private readonly ApplicationFixture _fixture;
    private readonly FakeModelScript[] _scripts;
    private readonly StressClock _clock;
    private readonly StressFaults _faults;
    private readonly int[] _users = new int[Kinds.Length];
    private readonly ConcurrentDictionary<string, int> _outcomes = [];
    private readonly int[] _created = new int[Kinds.Length + 1];
    private Task _work = Task.CompletedTask;

    public StressRun(int seed)
    {
        _seed = seed;
        _fixture = new(
            memoryBytes: 26,
            devices: 2,
            ("Devices:fake:0:MaxConcurrentHolders", "2"),
            ("Devices:cpu:MemoryBudget", "60"),
            ("Leasing:MaxQueueLength", "64"),
            ("Leasing:MaxHold", "00:00:20"),
            ("Leasing:LoadTimeout", "00:00:05"),
            ("Leasing:MaxRetryDelay", "00:00:08"));
        _clock = new(_fixture.Time, Describe);
        _scripts = [.. Enumerable.Range(0, _created.Length).Select(static _ => new FakeModelScript())];
        _faults = new(_fixture, _scripts, [.. Enumerable.Range(0, Kinds.Length).Select(Id)]);
        for (var i = 0; i < Kinds.Length; i++)
        {
            var kind = Kinds[i];
            Add(Id(i), i, kind.Leases, kind.Replicas, (script, device) =>
                new FakeModel(kind.Bytes, script, device, kind.Working, kind.IsMutable));
        }

        Add(BatchedId, Kinds.Length, leases: null, SharedModelAttribute.All, static (script, device) => new BatchedFake(6, script, device));
        foreach (var device in Devices)
            device.BytesPerSecond = 200;
    }

    public SharedModelManager Manager => _fixture.Manager;

    /// <summary>The number of requests by outcome.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <summary>The time that has passed for the manager.</summary>
    public TimeSpan VirtualTime => _fixture.Time.GetUtcNow() - _fixture.Time.Start;

    private IEnumerable<FakeDevice> Devices => [_fixture.Accelerator[0], _fixture.Accelerator[1]];

    /// <summary>
    /// Returns the environment variable <c>SEED</c>, or a new number each time. It is printed, so that a run can be repeated.
    /// </summary>
    public static int ChooseSeed(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"SEED={seed}");
        return seed;
    }

    /// <summary>Works, repairs all faults, and checks that every model works again and nothing is left behind.</summary>
    public async Task RunAsync(int rounds)
    {
        _ = _fixture.Manager;
        _work = Task.Run(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => WorkAsync(task, rounds))));
            await RecoverAsync();
            await _fixture.Manager.ShutdownAsync(CancellationToken.None);
        });
        await _clock.RunUntilAsync(_work);
        await _work;
        AssertNothingIsLeft();

        // A replica that was constructed, but whose load was given up, is disposed with the manager. So is, in the background, a version
        // that was replaced or could not be loaded.
        await _clock.RunUntilAsync(_fixture.Manager.DisposeAsync().AsTask());
        await Condition.UntilAsync(() => _scripts.Index().All(each => each.Item.Disposals == Volatile.Read(ref _created[each.Index])));
    }

    /// <summary>Ends the run. After a failure, its tasks may still wait for the clock, a gate or a device.</summary>
    public async ValueTask DisposeAsync()
    {
        _faults.MendAll();
        var disposal = _fixture.DisposeAsync().AsTask();
        try
        {
            await _clock.RunUntilAsync(Task.WhenAll(disposal, _work));
            await disposal;
        }
        catch (Exception) when (!_work.IsCompletedSuccessfully)
        {
            // The failure of the run itself is reported.
        }
    }

    private void Add<T>(string id, int index, int? leases, int replicas, Func<FakeModelScript, FakeAccelerator, T> create)
        where T : FakeModel
        => _fixture.Add(
            id,
            _ =>
            {
                Interlocked.Increment(ref _created[index]);
                return create(_scripts[index], _fixture.Accelerator);
            },
            options =>
            {
                options.MaxLeases = leases ?? options.MaxLeases;
                options.MaxReplicas = replicas;
            });

    private static string Id(int index) => $"m{index}";

    private async Task WorkAsync(int task, int rounds)
    {
        var random = new Random(_seed * Tasks + task);
        for (var round = 0; round < rounds; round++)
        {
            if (task == 0 && random.Next(4) == 0)
                _faults.ChangeSettings(random);
            var mend = random.Next(60) == 0 ? _faults.Break(random) : null;
            TimeSpan? pause = null;
            try
            {
                await DoAsync(random);
            }
            catch (ModelLeaseException exception) when (exception is DeviceLostException
                || exception.InnerException is not InvalidOperationException)
            {
                _outcomes.AddOrUpdate(exception.GetType().Name, 1, static (_, count) => count + 1);
                pause = exception.RetryAfter;
            }
            catch (OperationCanceledException)
            {
                _outcomes.AddOrUpdate("canceled", 1, static (_, count) => count + 1);
            }

            mend?.Invoke();
            _clock.NoteEnd();
            if (pause is { } time)
                await Pause(time);
        }
    }

    // The retry time of the manager grows with the observed waits. On a slow machine it may be far longer than the test should take.
    private Task Pause(TimeSpan advised) => Task.Delay(advised < LongestPause ? advised + ShortestPause : LongestPause, _fixture.Time);

    private Task DoAsync(Random random)
    {
        var id = Id(random.Next(Kinds.Length));
        return random.Next(24) switch
        {
            0 => _fixture.Manager.EvictAsync(id).AsTask(),
            1 => _fixture.Manager.PreloadAsync(id).AsTask(),
            < 8 => UseAllAsync(random),
            8 => UseOneByOneAsync(random),
            9 when random.Next(8) == 0 => Task.Run(() => Drop(id)),
            10 when random.Next(8) == 0 => _fixture.Manager.ReloadAsync(BatchedId).AsTask(),
            < 13 => RunBatchedAsync(random),
            _ => UseAsync(id, random),
        };
    }

    private async Task UseAsync(string id, Random random)
    {
        var options = Options(random);
        using var cancellation = new CancellationTokenSource();
        var fetch = _fixture.Manager.FetchModelAsync<FakeModel>(id, options, cancellation.Token).AsTask();
        var (cancels, kind) = (random.Next(6) == 0, ModelUse.Choose(random));
        if (cancels)
            await cancellation.CancelAsync();
        await using var lease = await fetch;
        await UseAsync([lease], kind);
    }

    /// <summary>Runs inputs together with those of other tasks. Some fail, and some are canceled.</summary>
    private async Task RunBatchedAsync(Random random)
    {
        using var cancellation = new CancellationTokenSource();
        var inputs = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(-2, 1000)).ToList();
        var options = Options(random);
        var runs = inputs.ConvertAll(
            input => _fixture.Manager.RunAsync<int, int>(BatchedId, input, options, cancellation.Token).AsTask());
        if (random.Next(6) == 0)
            await cancellation.CancelAsync();
        foreach (var (input, run) in inputs.Zip(runs))
        {
            try
            {
                Assert.Equal(2 * input, await run);
                Assert.True(input >= 0);
            }
            catch (InvalidDataException) when (input < 0)
            {
            }
            catch (Exception exception) when (exception is ModelLeaseException or OperationCanceledException or InvalidOperationException)
            {
                _outcomes.AddOrUpdate(exception.GetType().Name, 1, static (_, count) => count + 1);
            }
        }
    }

    private async Task UseAllAsync(Random random)
    {
        var options = Options(random);
        await using var scope = _fixture.Manager.CreateScope();
        var leases = RandomIds(random).Select(scope.CreateLease<FakeModel>).ToList();
        using var cancellation = new CancellationTokenSource();
        var group = _fixture.Manager.AcquireAllAsync(leases, options, cancellation.Token).AsTask();
        var (cancels, disposes, kind) = (random.Next(6) == 0, random.Next(12) == 0, ModelUse.Choose(random));
        if (cancels)
            await cancellation.CancelAsync();
        if (disposes)
            leases[0].Dispose();
        try
        {
            await group;
        }
        catch (ObjectDisposedException) when (disposes)
        {
            return;
        }

        await UseAsync(disposes ? leases[1..] : leases, kind);
    }

    /// <summary>Acquires leases one after the other, which can deadlock with other tasks.</summary>
    private async Task UseOneByOneAsync(Random random)
    {
        var options = Options(random) with { Timeout = TimeSpan.FromSeconds(2) };
        await using var scope = _fixture.Manager.CreateScope();
        var leases = RandomIds(random).Select(scope.CreateLease<FakeModel>).ToList();
        foreach (var lease in leases)
        {
            try
            {
                await Task.WhenAll(lease.AcquireAsync(options).AsTask(), lease.AcquireAsync(options).AsTask());
            }
            catch (InvalidOperationException) when (lease.State == LeaseState.Lost)
            {
                return;
            }
        }

        await UseAsync(leases, ModelUse.Kind.Invoke);
    }

    private async Task UseAsync(IReadOnlyList<IModelLease<FakeModel>> leases, ModelUse.Kind kind)
    {
        _outcomes.AddOrUpdate("granted", 1, static (_, count) => count + 1);
        var indices = leases.Select(static lease => lease.ModelId[1] - '0').ToList();
        foreach (var index in indices)
            Assert.InRange(Interlocked.Increment(ref _users[index]), 1, Kinds[index].Leases * Kinds[index].Replicas);
        try
        {
            foreach (var (lease, index) in leases.Zip(indices))
                Assert.InRange(await ModelUse.RunAsync(lease, kind), 1, Kinds[index].Leases);
        }
        catch (InvalidOperationException) when (leases.Any(static lease => lease.State == LeaseState.Lost))
        {
        }
        finally
        {
            foreach (var index in indices)
                Interlocked.Decrement(ref _users[index]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop(string id)
    {
        Forget(id);
        GC.Collect();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forget(string id)
    {
        var scope = _fixture.Manager.CreateScope();
#pragma warning disable SHM013 // It is forgotten on purpose: the collector must find it.
        _ = scope.CreateLease<FakeModel>(id).AcquireAsync().AsTask();
#pragma warning restore SHM013
    }

    private static AcquireOptions Options(Random random) => new()
    {
        Priority = (LeasePriority)random.Next(3),
        Timeout = random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 5000)) : null,
    };

    private static List<string> RandomIds(Random random)
    {
        var ids = Enumerable.Range(0, Kinds.Length).Select(Id).ToArray();
        random.Shuffle(ids);
        return [.. ids.Take(random.Next(1, 4))];
    }

    /// <summary>Repairs everything, and uses each model once more to check that it still works.</summary>
    private async Task RecoverAsync()
    {
        _fixture.Change(
            ("Leasing:MaxQueueLength", "64"),
            ("Devices:fake:0:MemoryBudget", "100%"),
            ("Devices:fake:1:MaxConcurrentHolders", "1"),
            ("Devices:cpu:MemoryBudget", "80"));
        _faults.MendAll();
        await UntilAllServeAsync();
        await Condition.UntilAsync(
            () => _fixture.Manager.GetSnapshot().Models.Sum(static model => model.ActiveLeases + model.QueuedRequests) == 0,
            CollectNowAndThen());
        for (var index = 0; index < Kinds.Length; index++)
        {
            while (true)
            {
                try
                {
                    await using var lease = await _fixture.FetchAsync(Id(index));
                    Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
                    break;
                }
                catch (DeviceLostException)
                {
                    // The device failed silently and returned before anyone noticed. This call notifies the manager.
                    await UntilAllServeAsync();
                }
                catch (ModelLeaseException exception) when (exception.RetryAfter is { } time)
                {
                    await Pause(time);
                }
            }

            _clock.NoteEnd();
        }
    }

    private Task UntilAllServeAsync() =>
        Condition.UntilAsync(() => _fixture.Manager.GetSnapshot().Devices.All(static device => device.Error is null));

    /// <summary>The collector finds forgotten leases. It is too slow to be called at each try.</summary>
    private static Action CollectNowAndThen()
    {
        var last = 0L;
        return () =>
        {
            if (last != 0 && Stopwatch.GetElapsedTime(last).TotalMilliseconds < 20)
                return;
            GC.Collect();
            last = Stopwatch.GetTimestamp();
        };
    }

    private void AssertNothingIsLeft()
    {
        var snapshot = _fixture.Manager.GetSnapshot();
        Assert.All(snapshot.Models, static model =>
            Assert.Equal((0, 0, 0, false), (model.ActiveLeases, model.QueuedRequests, model.OverdueLeases, model.IsHanging)));
        Assert.All(snapshot.Models, static model =>
            Assert.True(model.Residency is ModelResidency.Registered or ModelResidency.Faulted, $"{model.Id} is {model.Residency}."));
        Assert.All(snapshot.Devices, static device => Assert.Equal((0, 0, 0), (device.UsedBytes, device.Holders, device.QueueLength)));
        Assert.All(Devices, static device => Assert.Equal(0, device.UsedBytes));
        Assert.All(_users, static users => Assert.Equal(0, users));
    }

    private string Describe()
    {
        var snapshot = _fixture.Manager.GetSnapshot();
        return string.Join(
            '\n',
            [.. snapshot.Models.Select(static model => model.ToString()), .. snapshot.Devices.Select(static device => device.ToString())]);
    }
}
