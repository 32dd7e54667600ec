using Microsoft.Extensions.Time.Testing;
using SharedModels.AspNetCore.Status;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>
/// A random history of one run of a manager, and of a page that follows it: it is late, fetches snapshots, misses changes and reconnects.
/// The steps of models run on other threads, so a seed does not fix the order of changes. The figures must be correct in every order.
/// </summary>
internal sealed class PageHistory : IAsyncDisposable
{
    private static readonly string[] Ids = ["a", "b", "c"];

    private readonly Random _random;
    private readonly PageTape _tape;
    private readonly int _devices;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly FakeModelScript[] _scripts = [.. Ids.Select(static _ => new FakeModelScript())];
    private readonly FakeAccelerator _accelerator;
    private readonly SharedModelManager _manager;
    private readonly IAsyncEnumerator<SharedModelsChange> _watch;
    private readonly List<SharedModelsChange> _changes = [];
    private readonly List<CancellationTokenSource> _callers = [];
    private readonly List<Task> _calls = [];
    private readonly Lock _lock = new();
    private readonly List<IAsyncDisposable> _held = [];
    private ModelsResponse? _late;
    private bool _isConnected;
    private int _delivered;

    private PageHistory(Random random, PageTape tape)
    {
        (_random, _tape, _devices) = (random, tape, random.Next(1, 3));
        _accelerator = new(90, _devices, time: _time);
        var options = new SharedModelsOptions
        {
            Leasing = { MaxQueueLength = random.Next(0, 6), AcquireTimeout = TimeSpan.FromSeconds(20) },
            Devices = { ["cpu"] = new() { MaxConcurrentHolders = 2 }, ["fake:0"] = new() { MemoryBudget = "auto" } },
            Models =
            {
                ["c"] = new() { Device = DevicePreference.Cpu, CanaryFor = TimeSpan.FromSeconds(random.Next(8)), CanaryShare = 0.5 },
            },
        };
        _manager = new(options, [_accelerator], timeProvider: _time);
        for (var i = 0; i < Ids.Length; i++)
        {
            var script = _scripts[i];
            _manager.Add(Ids[i], _ => new FakeModel(50, script, _accelerator, workingBytes: 5));
        }

        _manager.Add("d", static _ => new Doubler());
        _watch = _manager.WatchAsync(0).GetAsyncEnumerator();
    }

    /// <summary>Plays a history of one run of the server, or of two.</summary>
    public static async Task<string> PlayAsync(int seed)
    {
        var (random, tape) = (new Random(seed), new PageTape());
        var runs = random.Next(5) == 0 ? 2 : 1;
        for (var run = 0; run < runs; run++)
        {
            await using var history = new PageHistory(random, tape);
            await history.PlayAsync(isRestart: run > 0);
        }

        return tape.ToJson(seed);
    }

    public async ValueTask DisposeAsync()
    {
        _accelerator.Return();
        _callers.ForEach(static caller => caller.Cancel());
        await Task.WhenAll(_calls);
        foreach (var lease in _held)
            await lease.DisposeAsync();
        await _watch.DisposeAsync();
        await _manager.DisposeAsync();
        _callers.ForEach(static caller => caller.Dispose());
    }

    private async Task PlayAsync(bool isRestart)
    {
        for (var steps = _random.Next(5, 30); steps > 0; steps--)
        {
            Act();
            for (var i = _random.Next(3); i > 0; i--)
                await Task.Yield();
            if (_isConnected)
                await FollowAsync();
            else if (_random.Next(3) == 0)
                await ConnectAsync(isRestart);
        }

        if (!_isConnected)
            await ConnectAsync(isRestart);
        await CheckAsync();
    }

    private void Act()
    {
        switch (_random.Next(19))
        {
            case 16 or 17:
                Call(token => _manager.RunAsync<int, int>("d", 1, RandomOptions(), token).AsTask());
                break;
            case 18:
                Call(token => _manager.ReloadAsync(Pick(), token).AsTask());
                break;
            case < 6:
                Call(token => FetchAsync(Pick(), RandomOptions(), token));
                break;
            case 6:
                Call(token => AcquireAllAsync(RandomOptions(), token));
                break;
            case < 10:
                Release();
                break;
            case 10 when _callers.Count > 0:
                _callers[_random.Next(_callers.Count)].Cancel();
                break;
            case 11:
                Call(token => _manager.PreloadAsync(Pick(), token).AsTask());
                break;
            case 12:
                Call(token => _manager.EvictAsync(Pick(), new EvictOptions { Drain = _random.Next(2) == 0 }, token).AsTask());
                break;
            case 13:
                _scripts[_random.Next(Ids.Length)].Load.FailWith(_random.Next(2) == 0 ? new IOException("damaged") : null);
                break;
            case 14 when _random.Next(3) == 0:
                _accelerator.ChangeMemory(_random.Next(40, 91), FakeAccelerator.Device);
                break;
            case 14 when _random.Next(3) == 0:
                _accelerator.Lose(FakeAccelerator.Device);
                break;
            case 14:
                _accelerator.Return();
                break;
            default:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 8000)));
                break;
        }
    }

    private string Pick() => Ids[_random.Next(Ids.Length)];

    private AcquireOptions RandomOptions() => new()
    {
        Priority = (LeasePriority)_random.Next(3),
        Timeout = _random.Next(4) == 0 ? TimeSpan.FromSeconds(_random.Next(1, 10)) : null,
    };

    private void Call(Func<CancellationToken, Task> call)
    {
        var caller = new CancellationTokenSource();
        _callers.Add(caller);
        _calls.Add(RunAsync());

        async Task RunAsync()
        {
            try
            {
                await call(caller.Token);
            }
            catch (Exception rejected) when (rejected is ModelLeaseException or OperationCanceledException or ObjectDisposedException)
            {
                // The page shows it. A scope can be disposed while it acquires its leases.
            }
        }
    }

    private async Task FetchAsync(string id, AcquireOptions options, CancellationToken token) =>
        Keep(await _manager.FetchModelAsync<FakeModel>(id, options, token));

    private async Task AcquireAllAsync(AcquireOptions options, CancellationToken token)
    {
        var scope = _manager.CreateScope();
        Keep(scope);
        foreach (var id in Ids)
            scope.CreateLease<FakeModel>(id);
        await scope.AcquireAllAsync(options, token);
    }

    private void Keep(IAsyncDisposable lease)
    {
        lock (_lock)
            _held.Add(lease);
    }

    private void Release()
    {
        IAsyncDisposable lease;
        lock (_lock)
        {
            if (_held.Count == 0)
                return;
            var index = _random.Next(_held.Count);
            lease = _held[index];
            _held.RemoveAt(index);
        }

        _calls.Add(lease.DisposeAsync().AsTask());
    }

    /// <summary>The page connects: it receives a snapshot and then all changes that the server has kept.</summary>
    private async Task ConnectAsync(bool isRestart)
    {
        _isConnected = true;
        _tape.Begin(Snapshot());
        if (isRestart)
            _tape.Renumber();
        await CollectAsync(Snapshot());
    }

    private async Task FollowAsync()
    {
        switch (_random.Next(20))
        {
            case < 6:
                break;
            case < 11:
                await CollectAsync(Snapshot());
                Deliver(_random.Next(_changes.Count - _delivered + 1));
                break;
            case < 14:
                _tape.Update(Snapshot());
                break;
            case 14:
                _late = Snapshot();
                break;
            case 15 when _late is not null:
                _tape.Update(_late);
                break;
            case 16:
                // A new connection without the number of the last change. The server sends everything again.
                _tape.Begin(Snapshot());
                _delivered = 0;
                break;
            case 17:
                // The page was too slow. The server sends a snapshot and then the changes that it still has.
                await CollectAsync(Snapshot());
                _tape.Begin(Snapshot());
                _delivered += _random.Next(_changes.Count - _delivered + 1);
                break;
            default:
                await CheckAsync();
                break;
        }
    }

    private async Task CheckAsync()
    {
        var snapshot = Snapshot();
        await CollectAsync(snapshot);
        Deliver(_changes.FindLastIndex(change => change.Number <= snapshot.LastChange) + 1 - _delivered);
        _tape.Expect(snapshot, isFull: false, hasExactQueues: _devices == 1);
        _tape.Update(snapshot);
        _tape.Expect(snapshot, isFull: true, hasExactQueues: true);
    }

    private void Deliver(int count)
    {
        while (count > 0)
        {
            var batch = Math.Min(count, _random.Next(1, 9));
            _tape.Apply(_changes.GetRange(_delivered, batch));
            _delivered += batch;
            count -= batch;
        }
    }

    private ModelsResponse Snapshot() => ModelsResponse.Create(_manager.GetSnapshot(), _time, includeDetails: true);

    /// <summary>Reads the changes up to a snapshot. They are already there.</summary>
    private async Task CollectAsync(ModelsResponse snapshot)
    {
        while (_changes.Count == 0 ? snapshot.LastChange > 0 : _changes[^1].Number < snapshot.LastChange)
        {
            Assert.True(await _watch.MoveNextAsync());
            _changes.Add(_watch.Current);
        }
    }

    /// <summary>A model on the CPU that runs batches.</summary>
    private sealed class Doubler : IBatchModel<int, int>
    {
        public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken) =>
            [.. inputs.Select(static input => 2 * input)];
    }
}
