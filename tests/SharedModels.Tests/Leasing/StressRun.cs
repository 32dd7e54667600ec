using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>
/// Many tasks on real threads that lease, group, preload, evict and cancel, while loads, moves and devices fail and settings change. What each task does
/// follows from the seed; time is virtual, and passes as fast as the threads get on.
/// </summary>
internal sealed partial class StressRun : IAsyncDisposable
{
    private const int Tasks = 64;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    // Of each model its bytes, the bytes that it works with, how many may use it, and whether use changes it.
    private static readonly (long Bytes, long Working, int Leases, bool IsMutable)[] Kinds = [(10, 0, 1, false), (10, 3, 1, false), (8, 2, 2, false), (10, 0, 1, true), (5, 0, 1, true), (24, 1, 1, false)];

    private readonly int _seed;
    private readonly ApplicationFixture _fixture;
    private readonly FakeModelScript[] _scripts;
    private readonly int[] _users = new int[Kinds.Length];
    private readonly ConcurrentDictionary<string, int> _outcomes = [];
    private long _ended;

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
        _scripts = [.. Kinds.Select((kind, index) => _fixture.Add(Id(index), kind.Bytes, kind.Working, kind.IsMutable, options => options.MaxLeases = kind.Leases))];
        foreach (var device in Devices)
            device.BytesPerSecond = 200;
    }

    /// <summary>How often it ended in what way.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    private IEnumerable<FakeDevice> Devices => [_fixture.Accelerator[0], _fixture.Accelerator[1]];

    /// <summary>Works, mends all that was broken, and checks that every model serves again and nothing is left behind.</summary>
    public async Task RunAsync(int rounds)
    {
        _ = _fixture.Manager;
        using var end = new CancellationTokenSource();
        var clock = Task.Run(() => TickAsync(end.Token));
        var work = Task.Run(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => WorkAsync(task, rounds))));
            await RecoverAsync();
            await _fixture.Manager.ShutdownAsync(CancellationToken.None);
        });
        await await Task.WhenAny(work, clock);
        await end.CancelAsync();
        await clock;
        AssertNothingIsLeft();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static string Id(int index) => $"m{index}";

    private async Task TickAsync(CancellationToken end)
    {
        var (last, lastAt) = (-1L, _fixture.Time.GetUtcNow());
        while (!end.IsCancellationRequested)
        {
            _fixture.Time.Advance(Tick);
            var now = _fixture.Time.GetUtcNow();
            if (Interlocked.Read(ref _ended) is var ended && ended != last)
                (last, lastAt) = (ended, now);
            else if (now - lastAt > LongestSilence)
                throw new InvalidOperationException($"Nothing ends any more: {Describe()}");
            await Task.Yield();
        }
    }

    private async Task WorkAsync(int task, int rounds)
    {
        var random = new Random(_seed * Tasks + task);
        for (var round = 0; round < rounds; round++)
        {
            if (task == 0 && random.Next(4) == 0)
                ChangeSettings(random);
            var mend = random.Next(60) == 0 ? Break(random) : null;
            TimeSpan? pause = null;
            try
            {
                await DoAsync(random);
            }
            catch (ModelLeaseException exception) when (exception is DeviceLostException || exception.InnerException is not InvalidOperationException)
            {
                _outcomes.AddOrUpdate(exception.GetType().Name, 1, static (_, count) => count + 1);
                pause = exception.RetryAfter;
            }
            catch (OperationCanceledException)
            {
                _outcomes.AddOrUpdate("cancelled", 1, static (_, count) => count + 1);
            }

            mend?.Invoke();
            Interlocked.Increment(ref _ended);
            if (pause is { } time)
                await Task.Delay(time + ShortestPause, _fixture.Time);
        }
    }

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
            _ => UseAsync(id, random),
        };
    }

    private async Task UseAsync(string id, Random random)
    {
        var options = Options(random);
        using var cancellation = new CancellationTokenSource();
        var fetch = _fixture.Manager.FetchModelAsync<FakeModel>(id, options, cancellation.Token).AsTask();
        var (cancels, invokes) = (random.Next(6) == 0, random.Next(2) == 0);
        if (cancels)
            await cancellation.CancelAsync();
        await using var lease = await fetch;
        await UseAsync([lease], invokes);
    }

    private async Task UseAllAsync(Random random)
    {
        var options = Options(random);
        await using var scope = _fixture.Manager.CreateScope();
        var leases = RandomIds(random).Select(scope.CreateLease<FakeModel>).ToList();
        using var cancellation = new CancellationTokenSource();
        var group = _fixture.Manager.AcquireAllAsync(leases, options, cancellation.Token).AsTask();
        var (cancels, disposes, invokes) = (random.Next(6) == 0, random.Next(12) == 0, random.Next(2) == 0);
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

        await UseAsync(disposes ? leases[1..] : leases, invokes);
    }

    /// <summary>Takes leases one after the other, with which others may close a circle.</summary>
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

        await UseAsync(leases, invokes: true);
    }

    private async Task UseAsync(IReadOnlyList<IModelLease<FakeModel>> leases, bool invokes)
    {
        _outcomes.AddOrUpdate("granted", 1, static (_, count) => count + 1);
        var indices = leases.Select(static lease => lease.ModelId[1] - '0').ToList();
        foreach (var index in indices)
            Assert.InRange(Interlocked.Increment(ref _users[index]), 1, Kinds[index].Leases);
        try
        {
            foreach (var (lease, index) in leases.Zip(indices))
                Assert.InRange(invokes ? await lease.InvokeAsync(static model => model.Use(), CancellationToken.None) : lease.Model.Use(), 1, Kinds[index].Leases);
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
#pragma warning disable SHM013 // It is forgotten on purpose: the collector is to find it.
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
        return [.. ids.Take(random.Next(2, 4))];
    }
}
