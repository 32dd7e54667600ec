using System.Globalization;
using System.Runtime.CompilerServices;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>
/// The decisions of the scheduler, and its deadlines, on the same histories every time. An intended change of policy shows as a changed
/// text file, an unintended one as a failure. With <c>UPDATE_SNAPSHOTS=1</c> the file is written.
/// </summary>
public sealed class ApprovedDecisionsTests
{
    private const int Histories = 60, Events = 150;

    [Fact]
    public void Decisions_match_the_approved_ones()
    {
        var actual = string.Concat(
            from kind in Enum.GetValues<HistoryKind>()
            from checks in (HistoryChecks[])[HistoryChecks.None, HistoryChecks.LargeMachine]
            select Describe(kind, checks));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(Path(), actual);
        Assert.Equal(File.ReadAllText(Path()), actual);
    }

    private static string Describe(HistoryKind kind, HistoryChecks checks)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var hash = 14695981039346656037UL;
        for (var seed = 1; seed <= Histories; seed++)
            Run(
                new SchedulerHistory(kind, checks),
                new Random(seed),
                effect => counts[NameOf(effect)] = counts.GetValueOrDefault(NameOf(effect)) + 1,
                number => hash = (hash ^ (ulong)number) * 1099511628211UL);
        var lines = counts.Select(static count => string.Create(CultureInfo.InvariantCulture, $"    {count.Key} {count.Value}\n"));
        return $"{kind}, {checks}: {hash:x16}\n{string.Concat(lines)}";
    }

    private static void Run(SchedulerHistory history, Random random, Action<SchedulerEffect> count, Action<long> mix)
    {
        var numbers = new Dictionary<LeaseRequest, int>();
        history.World.OnEffect = effect =>
        {
            count(effect);
            mix((long)effect.Kind);
            mix(history.World.Now);
            mix(effect.Model?.Id[^1] ?? effect.Device!.Device.Index);
            mix(effect.Model?.Device?.Device.Index ?? 0);
            if (effect.Request is { } request)
                mix(numbers.TryGetValue(request, out var number) ? number : numbers[request] = numbers.Count + 1);
            if (effect.Rejection is { } rejection)
            {
                mix((long)rejection.Reason);
                mix(rejection.RetryAfter?.Ticks ?? -1);
                mix(rejection.RequiredBytes + (1000 * rejection.FreeBytes) + rejection.QueueLength + rejection.HeldFor.Ticks);
            }
        };
        for (var i = 0; i < Events; i++)
        {
            history.Do(random.Next(20_000));
            mix(history.World.Scheduler.NextDeadline);
        }

        history.End();
    }

    private static string NameOf(SchedulerEffect effect) => effect.Kind switch
    {
        SchedulerEffectKind.Reject => $"Reject {effect.Rejection!.Reason}",
        SchedulerEffectKind.Evict => $"Evict {effect.Model!.EvictionReason}",
        var kind => kind.ToString(),
    };

    private static string Path([CallerFilePath] string path = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, "ApprovedDecisions.txt");
}
