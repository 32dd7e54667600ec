using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Replicas;

/// <summary>Directs requests for models with replicas to the replicas that serve them.</summary>
/// <remarks>
/// Requests wait in one queue, that of <see cref="ReplicaSet.Home"/>. A replica that can serve takes the next request from that queue when
/// it is granted. So no request waits for one replica while another one could serve it, and the requests for the model keep their order.
/// </remarks>
internal sealed class ReplicaRouter(SchedulerState state, WaitQueues queues, ServiceOrder order, ModelLifecycle lifecycle)
{
    /// <summary>
    /// Chooses the queue of a new request: that of a replica that its holder has, that can serve it now, or in whose queue requests wait.
    /// </summary>
    public static void Route(LeaseRequest request)
    {
        if (request.ScheduledModel.Replicas is not { } replicas || request.Queue.IsGroup)
            return;
        request.IsHeldBack = false;
        request.DirectTo(request.IsPreload
            ? replicas.Home.Preloads
            : (replicas.FindHeldBy(request.Holder) ?? FindFree(replicas, request) ?? replicas.Home).Waiting);
    }

    /// <summary>
    /// Chooses the replica of a request that is a member of a group: one that its holder has, or in whose queue requests wait.
    /// </summary>
    public static ScheduledModel Assign(LeaseRequest member)
    {
        if (member.ScheduledModel.Replicas is { } replicas)
            member.DirectTo((replicas.FindHeldBy(member.Holder) ?? replicas.Home).Waiting);
        return member.ScheduledModel;
    }

    /// <summary>Returns true if requests that wait elsewhere can be granted on a device.</summary>
    public bool IsWanted(ScheduledDevice device) =>
        state.ReplicaSets.Count > 0 && device.Models.Exists(static model => model.Replicas is { WaitingCount: > 0 });

    /// <summary>
    /// Returns the request to grant on a device: the first one in turn, or a request for one of the replicas on the device that waits
    /// elsewhere and is served before it. That request is moved to the replica.
    /// </summary>
    public LeaseRequest? Choose(LeaseRequest? inTurn, ScheduledDevice device, long now)
    {
        if (state.ReplicaSets.Count == 0)
            return inTurn;
        var (first, server) = (inTurn, default(ScheduledModel));
        foreach (var replica in device.Models)
        {
            if (replica is not { Replicas: { } replicas, IsServing: true })
                continue;
            foreach (var other in replicas.Members)
            {
                for (var priority = 0; priority < WaitQueue.Priorities && other != replica; priority++)
                {
                    if (other.Waiting.Head(priority) is { } head
                        && IsBefore(head, first, now)
                        && GrantRules.CanGrantOn(replica, head)
                        && !order.IsBehindBarrierOn(device, head, now))
                        (first, server) = (head, replica);
                }
            }
        }

        if (server is not null)
            Move(first!, server, now);
        return first;
    }

    /// <summary>Moves a request of a holder of leases to a replica on the device that can serve it now.</summary>
    public void Attract(LeaseHolder holder, ScheduledDevice device, long now)
    {
        if (state.ReplicaSets.Count == 0)
            return;
        foreach (var request in holder.WaitingRequests)
        {
            if (!request.Queue.IsGroup
                && request.ScheduledModel.Device != device
                && request.ScheduledModel.Replicas?.FindOn(device) is { } replica
                && GrantRules.CanGrantOn(replica, request))
            {
                Move(request, replica, now);
                return;
            }
        }
    }

    /// <summary>Moves the requests that wait for replicas that have left their devices to others.</summary>
    public void MoveAllHome(long now)
    {
        foreach (var replicas in state.ReplicaSets)
        {
            foreach (var member in replicas.Members)
                MoveHome(member, now);
        }
    }

    /// <summary>
    /// Moves the requests that wait for a replica that has left its device, or is leaving it, to another one that serves or is coming.
    /// </summary>
    public void MoveHome(ScheduledModel model, long now)
    {
        if (model.Waiting.Count == 0
            || model.IsServing
            || model.IsComing
            || model.Replicas?.Home is not { } home
            || home == model
            || (!home.IsServing && !home.IsComing))
            return;
        while (model.Waiting.Any() is { } request)
        {
            request.IsHeldBack = false;
            queues.Transfer(request, home);
            BatchFormer.EndDelays(request);
        }

        state.Decisions++;
        state.NoteChange();
        lifecycle.NoteRequestLeft(model, now);
    }

    private void Move(LeaseRequest request, ScheduledModel replica, long now)
    {
        var origin = request.ScheduledModel;
        queues.Transfer(request, replica);
        lifecycle.NoteRequestLeft(origin, now);
    }

    private static ScheduledModel? FindFree(ReplicaSet replicas, LeaseRequest request)
    {
        // An input that waits for others must wait where they do.
        if (replicas.WaitingCount > 0 || (request.IsBatchInput && request.ScheduledModel.Settings.MaxBatchDelay > 0))
            return null;
        foreach (var replica in replicas.Members)
        {
            if (replica.Device is { QueueLength: 0 } && GrantRules.CanGrantOn(replica, request))
                return replica;
        }

        return null;
    }

    private bool IsBefore(LeaseRequest request, LeaseRequest? other, long now)
    {
        if (other is null)
            return true;
        var (own, others) = (request.PriorityAt(now, state.Policy.PriorityAging), other.PriorityAt(now, state.Policy.PriorityAging));
        return own > others || (own == others && request.Sequence < other.Sequence);
    }
}
