using SharedModels.Scheduling.Decisions;

namespace SharedModels.Tests.Scheduling.Replicas;

/// <summary>The random histories do test replicas.</summary>
public sealed class HistoryReplicasTests
{
    [Fact]
    public void Histories_grant_requests_on_replicas()
    {
        var grants = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var history = new SchedulerHistory(HistoryKind.TwoAccelerators, HistoryChecks.Replicas);
            history.World.OnEffect = effect => grants += IsGrantOnReplica(effect) ? 1 : 0;
            for (var i = 0; i < 150; i++)
                history.Do(random.Next(20_000));
            history.End();
        }

        Assert.InRange(grants, 10, int.MaxValue);
    }

    private static bool IsGrantOnReplica(SchedulerEffect effect) =>
        effect is { Kind: SchedulerEffectKind.Grant, Request.IsPreload: false, Model: { Replicas: { } replicas } model }
        && replicas.Members[0] != model;
}
