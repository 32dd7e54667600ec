namespace SharedModels.Routing.Nodes;

/// <summary>Compares the nodes that could serve a request, and chooses the one with the lowest cost.</summary>
/// <remarks>
/// The cost of a node that has the models is its expected wait. For another node, the weight of the load and of the evictions that make
/// room is added, because a load takes memory and bandwidth from other requests. Requests that wait for the model share that weight: the
/// more requests wait on each replica, the sooner there is another one.
/// </remarks>
internal sealed class CandidateSelector(RoutingPolicy policy)
{
    // Concurrent requests of several routers for a cold model go to the same node, unless it is much busier than the next ones.
    private const double RankWeight = 0.1;

    // The waiting requests of a model share the weight of a load. The load saves more than their own waits, because others follow.
    private const double SharePerRequest = 10;

    // At high utilization, this many requests wait on each node even if there are enough of them.
    private const double UsualQueue = 2;

    private ulong _random = (ulong)policy.Seed;

    /// <summary>Chooses among the nodes that report.</summary>
    public NodeChoice? Choose(DemandState demand, ModelRoute route, long now)
    {
        var acceptsBounced = route.Bounces >= policy.MaxBounces;
        var choice = Choose(demand, route, acceptsBounced, now);

        // If the other nodes cannot serve the request, it waits where it would have to wait too long.
        return choice is null && !acceptsBounced && route.Bounces > 0 ? Choose(demand, route, acceptsBounced: true, now) : choice;
    }

    private NodeChoice? Choose(DemandState demand, ModelRoute route, bool acceptsBounced, long now)
    {
        var (best, second, cold) = (default(Candidate?), default(Candidate?), default(Candidate?));
        var replicas = 0;
        foreach (var model in demand.Models)
        {
            var present = model.Present;
            replicas = Math.Max(replicas, model.Replicas);
            if (present.Count == 0)
                continue;
            _random = RendezvousOrder.Mix(_random);
            var index = (int)(_random % (ulong)present.Count);
            for (var i = 0; i < Math.Min(present.Count, policy.MaxWarmCandidates); i++)
            {
                Consider(present[index].Node, 0);
                index = index + 1 == present.Count ? 0 : index + 1;
            }
        }

        var rank = 0;
        foreach (var node in demand.Nodes)
        {
            if (rank >= Math.Max(policy.MinColdCandidates, replicas))
                break;
            if (!IsPresent(demand, node) && Consider(node, rank))
                rank++;
        }

        if (best is not { } chosen)
            return null;
        if (chosen.Kind == NodeChoiceKind.Warm && cold is { } next && IsShort(demand, next))
        {
            route.Chosen = next;
            return new(next.Node.Id, next.Kind, TimeOf(next.Wait), null);
        }

        route.Chosen = chosen;
        var budget = second is { } other && route.Bounces < policy.MaxBounces
            ? policy.WaitTolerance + TimeOf(other.Cost - (chosen.Cost - chosen.Wait))
            : default(TimeSpan?);
        return new(chosen.Node.Id, chosen.Kind, TimeOf(chosen.Wait), budget);

        bool Consider(KnownNode node, int rank)
        {
            if (node == best?.Node || node == second?.Node)
                return true;
            if (node.StandingAt(now, policy) != NodeStanding.Live
                || !IsSuitable(node, route, acceptsBounced)
                || node.Catalog?.Serves(demand.Demand) != true)
                return false;
            if (Evaluate(demand, node, rank, now) is not { } candidate)
                return false;
            if (candidate.Kind == NodeChoiceKind.Cold && (cold is not { } known || candidate.Cost < known.Cost))
                cold = candidate;
            if (best is not { } first || candidate.Cost < first.Cost)
                (best, second) = (candidate, best);
            else if (second is not { } other || candidate.Cost < other.Cost)
                second = candidate;
            return true;
        }
    }

    /// <summary>Chooses among nodes whose state is not known: the one with the fewest requests among the first nodes.</summary>
    public NodeChoice? ChooseBlindly(ModelRoute route, IEnumerable<KnownNode> nodes, NodeStanding standing, long now)
    {
        var node = nodes
            .Where(node => node.StandingAt(now, policy) == standing && IsSuitable(node, route, route.Bounces >= policy.MaxBounces))
            .Take(policy.MinColdCandidates)
            .MinBy(static node => node.InFlight);
        if (node is null)
            return null;
        route.Chosen = new(node, null, NodeChoiceKind.Unknown, 0, 0);
        return new(node.Id, NodeChoiceKind.Unknown, TimeSpan.Zero, null);
    }

    /// <summary>Assumes that the chosen node loads the models that it lacks.</summary>
    public void Expect(DemandState demand, in Candidate chosen, long now)
    {
        foreach (var model in demand.Models)
        {
            var placement = chosen.Node.GetOrAdd(model);
            if (placement.IsReplica)
                continue;
            var arrival = placement.ArrivalAt(now, policy.UnknownArrival.Ticks);
            if (placement.Presence == ModelPresence.Absent)
            {
                chosen.Node.ExpectLoad(arrival, now);
                arrival = chosen.Node.LoadWaitAt(now);
            }

            placement.Expect(arrival, placement.Device ?? chosen.Device, now);
        }
    }

    /// <summary>Withdraws the assumption of <see cref="Expect"/>, because the request has possibly not begun on the node.</summary>
    public static void Withdraw(DemandState demand, in Candidate chosen)
    {
        foreach (var model in demand.Models)
            chosen.Node.Find(model)?.Withdraw();
    }

    /// <summary>A node that rejected the request because of its wait can serve it after the last bounce, if it is still the best.</summary>
    private static bool IsSuitable(KnownNode node, ModelRoute route, bool acceptsBounced) =>
        !route.IsUnsuitable(node) && (acceptsBounced || !route.HasBounced(node));

    private static bool IsPresent(DemandState demand, KnownNode node)
    {
        foreach (var model in demand.Models)
        {
            if (node.Find(model) is { Presence: not ModelPresence.Absent })
                return true;
        }

        return false;
    }

    /// <summary>
    /// Returns true if the requests that wait for the missing models would keep one more node busy while it loads them. Requests prefer to
    /// wait for a little less than the load time, so the demand would not be met otherwise.
    /// </summary>
    private bool IsShort(DemandState demand, in Candidate cold)
    {
        foreach (var model in demand.Models)
        {
            var placement = cold.Node.Find(model);
            if (placement?.IsReplica == true)
                continue;
            var load = placement?.ArrivalAt(0, policy.UnknownArrival.Ticks) ?? model.LoadTicks ?? policy.UnknownArrival.Ticks;
            var excess = model.Queued - (UsualQueue * model.Replicas);
            if (excess * cold.Device!.Turn < (model.Arriving + 1) * (load + RoomTicks(model, cold.Device, load)))
                return false;
        }

        return true;
    }

    private Candidate? Evaluate(DemandState demand, KnownNode node, int rank, long now)
    {
        var (wait, arrival, weight) = (0.0, 0L, 0.0);
        KnownDevice? slowest = null;
        var kind = NodeChoiceKind.Warm;
        foreach (var model in demand.Models)
        {
            var placement = node.Find(model);
            if (placement?.IsUnavailable == true)
                return null;
            var device = placement?.Device ?? DeviceFor(node, model, now);
            if (device is null or { IsUnavailable: true })
                return null;
            var queue = device.WaitAt(now);
            if (slowest is null || queue > wait)
                (slowest, wait) = (device, queue);
            var needed = placement?.ArrivalAt(now, policy.UnknownArrival.Ticks) ?? model.LoadTicks ?? policy.UnknownArrival.Ticks;
            if (placement is { IsReplica: true })
            {
                arrival = Math.Max(arrival, needed);
                continue;
            }

            kind = NodeChoiceKind.Cold;
            var isLoad = placement is not { Presence: ModelPresence.OnHost };
            arrival = Math.Max(arrival, needed + (isLoad ? node.LoadWaitAt(now) : 0));
            var share = 1 + (SharePerRequest * model.Queued / Math.Max(1, model.Replicas));
            weight += (policy.LoadWeight * needed / share) + (RankWeight * rank * needed) + RoomTicks(model, device, needed);
        }

        var expected = Math.Max(wait, arrival);
        return new(node, slowest, kind, expected, expected + weight);
    }

    /// <summary>Returns the device that the node would probably choose, or <see langword="null"/> if the model fits on none.</summary>
    private static KnownDevice? DeviceFor(KnownNode node, KnownModel model, long now)
    {
        KnownDevice? best = null;
        var least = double.MaxValue;
        foreach (var device in node.Devices)
        {
            if (device.IsUnavailable || model.Bytes > device.BudgetBytes)
                continue;
            var cost = device.WaitAt(now) + RoomTicks(model, device, model.LoadTicks ?? 0);
            if (cost < least)
                (best, least) = (device, cost);
        }

        return best;
    }

    // The weights of a policy have no upper limit.
    private static TimeSpan TimeOf(double ticks) => TimeSpan.FromTicks((long)Math.Min(ticks, ReportLimits.LongestTime.Ticks));

    /// <summary>Returns the time to reload what is evicted to make room: as long as loading that many bytes of the model.</summary>
    private static double RoomTicks(KnownModel model, KnownDevice device, long arrival)
    {
        var missing = Math.Min(model.Bytes, model.Bytes - device.FreeBytes);
        return missing <= 0 ? 0 : arrival * (double)missing / model.Bytes;
    }
}
