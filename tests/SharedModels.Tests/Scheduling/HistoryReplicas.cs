using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Tests.Scheduling;

/// <summary>The replicas of a history, and the properties that hold for them.</summary>
internal static class HistoryReplicas
{
    /// <summary>Adds two replicas for each model.</summary>
    public static IReadOnlyList<TestModel> Add(SchedulerWorld world, IReadOnlyList<TestModel> models) =>
        [.. models.SelectMany(static model => Enumerable.Repeat(model, 2)).Select(model => world.AddReplica(model))];

    /// <summary>Checks that a replica that only the scheduler wants is not brought to a device that has one already.</summary>
    public static void Check(IEnumerable<TestModel> models)
    {
        foreach (var model in models.Where(static model =>
            model is { IsRequested: false, IsWanted: true, IsComing: false, Replicas: not null } && !model.Settings.IsPreloaded))
        {
            Assert.IsType<KeepRequest>(model.Preloads.Any());
            Assert.DoesNotContain(model.Replicas!.Members, other => other != model && other.Device == model.Device);
        }
    }
}
