using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Scheduling.Versions;

/// <summary>The versions of a model that exist at the same time, each with its own state and replicas.</summary>
internal sealed class VersionSet
{
    private readonly List<ScheduledModel> _members;

    private VersionSet(ScheduledModel first)
    {
        _members = [first];
        Serving = first;
        first.Versions = this;
    }

    /// <summary>The version that serves new requests. A trial gives a share of them to the next version.</summary>
    public ScheduledModel Serving { get; set; }

    /// <summary>Adds the next version of a model.</summary>
    public static void Add(ScheduledModel model, ScheduledModel next)
    {
        next.Versions = model.Versions ?? new VersionSet(model);
        next.Versions._members.Add(next);
    }

    public void Remove(ScheduledModel version) => _members.Remove(version);

    /// <summary>Returns the version of a model, or of its replica, that serves new requests.</summary>
    public static ScheduledModel ServingOf(ScheduledModel model) => FirstOf(model).Versions?.Serving ?? FirstOf(model);

    /// <summary>Returns a number of a model, summed over its versions and their replicas.</summary>
    public static int SumOf(ScheduledModel model, Func<ScheduledModel, int> number) =>
        FirstOf(model).Versions?._members.Sum(version => SumOverReplicas(version, number)) ?? SumOverReplicas(model, number);

    private static int SumOverReplicas(ScheduledModel version, Func<ScheduledModel, int> number) =>
        version.Replicas?.Members.Sum(number) ?? number(version);

    private static ScheduledModel FirstOf(ScheduledModel model) => model.Replicas?.Members[0] ?? model;
}
