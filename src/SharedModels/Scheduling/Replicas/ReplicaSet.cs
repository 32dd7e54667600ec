using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Replicas;

/// <summary>A model and its replicas. Each of them has its own residency, memory, users and failures, and can serve any request.</summary>
/// <remarks>As an entry of the deadline queue, it stands for the next look at whether another replica is worth its cost.</remarks>
internal sealed class ReplicaSet : DeadlineEntry
{
    private readonly List<ScheduledModel> _members;
    private Popularity _waits = new();

    public ReplicaSet(ScheduledModel model)
    {
        _members = [model];
        model.Replicas = this;
    }

    /// <summary>The model and its replicas, in memory or not.</summary>
    public IReadOnlyList<ScheduledModel> Members => _members;

    /// <summary>
    /// The replica in whose queue new requests wait. It is the first one that serves or, if there is none, that is coming or is wanted.
    /// </summary>
    public ScheduledModel Home =>
        _members.Find(static member => member.IsServing)
        ?? _members.Find(static member => member.IsComing)
        ?? _members.Find(static member => member.IsRequested)
        ?? _members[0];

    /// <summary>Indicates whether the model was removed. Its replicas are removed one after the other.</summary>
    public bool IsRemoved => _members.Exists(static member => member.IsRemoved);

    /// <summary>The number of requests for leases that wait for any of the replicas.</summary>
    public int WaitingCount
    {
        get
        {
            var count = 0;
            foreach (var member in _members)
                count += member.Waiting.Count;
            return count;
        }
    }

    /// <summary>The number of holders that the replicas that serve, or are coming, can have at the same time.</summary>
    public int Capacity => _members.Where(static member => member.IsServing || member.IsComing).Sum(
        static member => member.CapacityOn(member.Device!));

    /// <summary>Indicates whether a replica can have another holder now.</summary>
    public bool HasFreeSlot => _members.Exists(
        static member => member is { IsServing: true, IsTaken: false, Device: { HasFreeSlot: true, QueueLength: 0 } });

    public void Add(ScheduledModel replica)
    {
        _members.Add(replica);
        replica.Replicas = this;
    }

    /// <summary>Returns the replica that is on a device, moves to it, or is wanted there.</summary>
    public ScheduledModel? FindOn(ScheduledDevice device) => _members.Find(member => member.Device == device);

    /// <summary>Returns another loaded replica that shares the host memory of one.</summary>
    public ScheduledModel? FindSharing(ScheduledModel model) => _members.Find(member =>
        member != model && member.Settings.SharesHostCopy && (member.IsBound || member.Residency == ModelResidency.OnHost));

    /// <summary>Returns a replica that the holder has a lease on.</summary>
    public ScheduledModel? FindHeldBy(LeaseHolder holder) =>
        holder.Leases == 0 ? null : _members.Find(member => member.IsServing && holder.Holds(member));

    /// <summary>Records the time that a request has waited although the model was available.</summary>
    public void NoteWait(LeaseRequest request, long now, SchedulingPolicy policy)
    {
        var waited = now - Math.Max(request.EnqueuedAt, request.ScheduledModel.ArrivedAt);
        _waits.Count(now, policy.PopularityHalfLife, waited);
    }

    /// <summary>Returns the sum of the waits of the requests that have been granted, in ticks. Older ones count less.</summary>
    public double WaitsAt(long now, SchedulingPolicy policy) => _waits.At(now, policy.PopularityHalfLife);

    /// <summary>Forgets the past waits, so that the next replica must be worth its load again.</summary>
    public void ForgetWaits() => _waits = new();
}
