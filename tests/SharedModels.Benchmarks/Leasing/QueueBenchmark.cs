using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>The scheduler with few and with very many waiting requests.</summary>
internal static class QueueBenchmark
{
    private const int Models = 24, Calls = 500, Rounds = 101;

    public static void Run(Report report)
    {
        foreach (var waiting in new[] { 1_000, 1_000_000 })
        {
            var (enqueue, cancel, grant) = Run(waiting, out var bytes);
            report.Row($"{waiting:N0} requests wait: bytes for each", $"{bytes:0} B");
            report.Row($"{waiting:N0} requests wait: enqueue / cancel / grant", $"{enqueue:0} / {cancel:0} / {grant:0} ns");
        }
    }

    private static (double Enqueue, double Cancel, double Grant) Run(int waiting, out double bytesEach)
    {
        var scheduler = new LeaseScheduler(new());
        var device = new ScheduledDevice(new Device("fake"), Models, 1, int.MaxValue);
        scheduler.Add(device);
        var models = Enumerable.Range(0, Models).Select(i => new Model(new ModelSettings($"m{i}") { Candidates = [device] })).ToArray();
        foreach (var model in models)
        {
            scheduler.Add(model);
            scheduler.TryAcquire(new Request(model, isPreload: true), 0);
            scheduler.Complete(new StepResult(SchedulerEffectKind.Load, model, device, 0) { Footprint = new(0, 1) }, 0);
            scheduler.Complete(new StepResult(SchedulerEffectKind.Move, model, device, 0), 0);
        }

        var held = new Request(models[0]);
        scheduler.TryAcquire(held, 0);
        scheduler.TakeEffects();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var queue = new Request[waiting];
        for (var i = 0; i < waiting; i++)
            scheduler.TryAcquire(queue[i] = new Request(models[i % Models]), i, timeout: 1_000_000_000 + i);
        bytesEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)waiting;

        var more = Enumerable.Range(0, Calls).Select(i => new Request(models[i % Models])).ToArray();
        var (enqueue, cancel, grant) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            enqueue[round] = Time(() => Array.ForEach(more, request => scheduler.TryAcquire(request, waiting, 1_000_000)));
            cancel[round] = Time(() => Array.ForEach(more, request => scheduler.TryCancel(request, waiting)));
            grant[round] = Time(() => held = GrantAll(scheduler, held, waiting));
            for (var i = 0; i < Calls; i++)
                scheduler.TryAcquire(new Request(models[i % Models]), waiting, 1_000_000_000);
        }

        return (Measure.Median(enqueue), Measure.Median(cancel), Measure.Median(grant));
    }

    private static Request GrantAll(LeaseScheduler scheduler, Request held, long now)
    {
        for (var i = 0; i < Calls; i++)
        {
            scheduler.Release(held, now);
            held = (Request)scheduler.TakeEffects()[^1].Request!;
        }

        return held;
    }

    private static double Time(Action calls)
    {
        var start = TimeProvider.System.GetTimestamp();
        calls();
        return TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    private sealed class Model(ModelSettings settings) : ScheduledModel(settings);

    private sealed class Request(Model model, bool isPreload = false) : LeaseRequest(isPreload ? model.Preloads : model.Waiting, new LeaseHolder());
}
