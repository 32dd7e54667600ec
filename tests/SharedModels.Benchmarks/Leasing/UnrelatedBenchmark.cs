using SharedModels.Configuration;
using SharedModels.Leasing;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>A fetch that does not have to wait, while many scopes hold one model and wait for another.</summary>
internal static class UnrelatedBenchmark
{
    private const int Count = 21, Calls = 10_000;

    private static readonly int[] Waiting = [0, 1, 16, 64, 200];

    public static void Run(Report report)
    {
        Run(report, "of separate models", static i => $"held{i}");
        Run(report, "of one model", static _ => "held0");
    }

    private static void Run(Report report, string held, Func<int, string> modelOf)
    {
        var queues = Array.ConvertAll(Waiting, scopes => new Queue(scopes, modelOf));
        var rounds = Rounds.Interleave(Count, Calls, [.. queues.Select(static queue => (Action)queue.FetchUnrelated)]);
        for (var i = 0; i < Waiting.Length; i++)
        {
            LeasingReport.Row(
                report,
                $"fetch and release a free model on the CPU; scopes with leases there ({held}) that wait for the accelerator: "
                + $"{Waiting[i]}",
                rounds[i],
                i == 0 ? "" : $"{rounds[i].Wall.Over(rounds[0].Wall)} x the time without waiting scopes");
        }

        Array.ForEach(queues, static queue => queue.Dispose());
    }

    private sealed class Queue : IDisposable
    {
        private readonly SharedModelManager _manager;
        private readonly List<LeaseScope> _scopes = [];
        private readonly List<Task> _waits = [];

        public Queue(int scopes, Func<int, string> modelOf)
        {
            var options = new SharedModelsOptions();
            options.Leasing.AcquireTimeout = Timeout.InfiniteTimeSpan;
            options.Devices["cpu"] = new() { MaxConcurrentHolders = 1_000, MemoryBudget = "1GiB" };
            _manager = new(options, [new FakeAccelerator(100)]);
            _manager.Add(new FakeModel(1), "accelerated");
            string[] hosted = ["free", "idle", .. Enumerable.Range(0, scopes).Select(modelOf).Distinct()];
            foreach (var id in hosted)
            {
                options.Models[id] = new() { Device = DevicePreference.Cpu, MaxLeases = 1_000 };
                _manager.Add(new FakeModel(1), id);
                _manager.PreloadAsync(id).AsTask().Wait();
            }

            Acquire(NewScope(), "accelerated").Wait();
            for (var i = 0; i < scopes; i++)
            {
                var scope = NewScope();
                Acquire(scope, modelOf(i)).Wait();
                _waits.Add(Acquire(scope, "accelerated"));
            }

            if (_waits.Exists(static wait => wait.IsCompleted))
                throw new InvalidOperationException("A scope that should wait does not.");
        }

        public void FetchUnrelated()
        {
            for (var i = 0; i < Calls; i++)
                FetchAsync().Wait();
        }

        public void Dispose()
        {
            foreach (var lease in _scopes.SelectMany(static scope => scope.HandedOut))
                lease.Dispose();
            Task.WhenAll(_waits).ContinueWith(static waits => waits.Exception, TaskScheduler.Default).Wait();
            _manager.Dispose();
        }

        private async Task FetchAsync() => (await _manager.FetchModelAsync<FakeModel>("free")).Dispose();

        private LeaseScope NewScope()
        {
            var scope = new LeaseScope(_manager);
            _scopes.Add(scope);
            return scope;
        }

        private static Task Acquire(LeaseScope scope, string id) => scope.GetLease<FakeModel>(id).AcquireAsync().AsTask();
    }
}
