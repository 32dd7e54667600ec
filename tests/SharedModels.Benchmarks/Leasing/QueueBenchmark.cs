using System.Globalization;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>The scheduler with few and with very many waiting requests.</summary>
internal static class QueueBenchmark
{
    private const int Calls = 500, Count = 51;

    public static void Run(Report report)
    {
        CompareGrants(
            report, "all resident", [1, 24, 100, 1_000], static models => new Bench(models, waiting: Math.Max(1_000, 4 * models)));

        foreach (var waiting in new[] { 1_000, 1_000_000 })
        {
            var bench = new Bench(wanted: 24, waiting);
            var rounds = Rounds.Interleave(Count, Calls, bench.Enqueue, bench.Cancel, bench.GrantAll, bench.Refill);
            report.Cells(
                string.Create(CultureInfo.InvariantCulture, $"scheduler: waiting requests, for 24 resident models: {waiting:N0}"),
                "",
                "",
                bench.BytesEach.ToString("0", CultureInfo.InvariantCulture),
                "bytes that each request keeps alive, including its holder");
            LeasingReport.Row(report, "the same: enqueue another", rounds[0]);
            LeasingReport.Row(report, "the same: cancel it", rounds[1]);
            LeasingReport.Row(report, "the same: grant", rounds[2]);
        }
    }

    private static void CompareGrants(Report report, string which, int[] wanted, Converter<int, Bench> create)
    {
        var benches = Array.ConvertAll(wanted, create);
        var rounds = Rounds.Interleave(
            Count, Calls, [.. benches.SelectMany(static bench => new[] { bench.GrantAll, (Action)bench.Refill })]);
        for (var i = 0; i < wanted.Length; i++)
            LeasingReport.Row(
                report,
                string.Create(
                    CultureInfo.InvariantCulture, $"scheduler: release, and grant of the next; requested models ({which}): {wanted[i]:N0}"),
                rounds[2 * i]);
    }

    /// <summary>A device with one slot that holds all requested models. The same number of requests waits for each.</summary>
    private sealed class Bench
    {
        private readonly LeaseScheduler _scheduler = new(new());
        private readonly Request[] _more;
        private readonly Request[] _released;
        private readonly long _now;
        private List<SchedulerEffect> _effects = [];
        private Request _held;

        public Bench(int wanted, int waiting)
        {
            _now = waiting;
            _released = new Request[Calls];
            var device = new ScheduledDevice(new Device("fake"), wanted, 1, int.MaxValue);
            _scheduler.Add(device);
            Model[] models = [.. Enumerable.Range(0, wanted).Select(i => new Model(new ModelSettings($"m{i}") { Candidates = [device] }))];
            foreach (var model in models)
            {
                _scheduler.Add(model, 0);
                _scheduler.TryAcquire(new Request(model, isPreload: true), 0);
                _scheduler.Complete(new StepResult(SchedulerEffectKind.Load, model, device, 0) { Footprint = new(0, 1) }, 0);
                _scheduler.Complete(new StepResult(SchedulerEffectKind.Move, model, device, 0), 0);
            }

            _held = new Request(models[0]);
            _scheduler.TryAcquire(_held, 0);
            _scheduler.TakeEffects();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var queue = new Request[waiting];
            for (var i = 0; i < waiting; i++)
                _scheduler.TryAcquire(queue[i] = new Request(models[i % wanted]), i, timeout: 1_000_000_000 + i);
            BytesEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)waiting;
            _more = [.. Enumerable.Range(0, Calls).Select(i => new Request(models[i % wanted]))];
        }

        public double BytesEach { get; }

        public void Enqueue()
        {
            foreach (var request in _more)
                _scheduler.TryAcquire(request, _now, 1_000_000);
        }

        public void Cancel()
        {
            foreach (var request in _more)
                _scheduler.TryCancel(request, _now);
        }

        /// <summary>Releases each lease, which grants the next request.</summary>
        public void GrantAll()
        {
            for (var i = 0; i < _released.Length; i++)
            {
                _released[i] = _held;
                _scheduler.Release(_held, _now);
                _effects = _scheduler.TakeEffects(_effects);
                _held = (Request)_effects.Find(static effect => effect.Kind == SchedulerEffectKind.Grant).Request!;
                _effects.Clear();
            }
        }

        /// <summary>Enqueues the granted requests again, so that requests wait for all models.</summary>
        public void Refill()
        {
            foreach (var request in _released)
                _scheduler.TryAcquire(request, _now, 1_000_000_000);
        }
    }

    private sealed class Model(ModelSettings settings) : ScheduledModel(settings);

    private sealed class Request(
        Model model,
        bool isPreload = false)
        : LeaseRequest(isPreload ? model.Preloads : model.Waiting, new LeaseHolder());
}
