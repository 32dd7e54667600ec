using System.Runtime.InteropServices;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Places requests so that tenants that wait get device time in proportion to their weights, whatever number of requests each has.
/// </summary>
/// <remarks>
/// Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): a request starts when the tenant's last request ends, in a virtual time
/// that advances with the requests that are served. It needs neither rounds nor a quantum, which deficit round robin would have to choose
/// without knowing how long requests hold the device. Without tenants, all requests belong to one tenant, and the order is that of their
/// arrival. The time that a request takes is expected when it is placed and known when it ends, so the tenant's later requests then move
/// by the difference. To place a request is O(1), and a correction is linear in the number of waiting requests. Not thread-safe.
/// </remarks>
internal sealed class FairShares
{
    private const int ArrivalBits = 64, MaxTenants = 1024;

    // For each tenant, the virtual time at which its last request ends.
    private readonly Dictionary<string, long> _ends = new(StringComparer.Ordinal);
    private long _endOfNone;
    private long _now;
    private ulong _arrivals;

    /// <summary>Indicates whether a request has named a tenant. Before that, requests are served in the order of arrival.</summary>
    public bool AreUsed => TenantCount > 0;

    /// <summary>The number of tenants that are remembered.</summary>
    public int TenantCount => _ends.Count;

    /// <summary>Returns the place of a new request of a tenant: requests with a smaller number go first.</summary>
    public Int128 Peek(string? tenant) => PlaceAt(StartOf(tenant), ulong.MaxValue);

    /// <summary>Places a request. <paramref name="cost"/> is the time that it is expected to hold the device, in ticks.</summary>
    public void Place(LeaseRequest request, long cost, SchedulingPolicy policy)
    {
        if (_ends.Count >= MaxTenants)
            Prune();
        ref var end = ref EndOf(request.Tenant);
        (request.ShareArrival, request.ShareBegin, request.ShareCost) = (_now, end, Share(cost, request, policy));
        var start = Math.Max(_now, end);
        request.Sequence = PlaceAt(start, ++_arrivals);
        end = start + request.ShareCost;
    }

    /// <summary>Advances the virtual time to a request that is granted.</summary>
    public void Serve(LeaseRequest request) => _now = Math.Max(_now, StartAt(request.Sequence));

    /// <summary>Corrects the charge of a request to the time for which it held the device, if it was served.</summary>
    /// <returns>The virtual time by which the request ends later than expected.</returns>
    public static long Charge(LeaseRequest request, long? held, SchedulingPolicy policy)
    {
        var cost = held is { } ticks ? Share(ticks, request, policy) : 0;
        var shift = cost - request.ShareCost;
        request.ShareCost = cost;
        return shift;
    }

    /// <summary>
    /// Moves the end of a tenant's last request, and its requests that wait, which are given in their order. A request starts when the one
    /// before it ends, but not before it has arrived.
    /// </summary>
    /// <returns>The requests that have new places.</returns>
    public List<(LeaseRequest Request, Int128 Place)> Shift(string? tenant, long shift, IEnumerable<LeaseRequest> waiting)
    {
        var moved = new List<(LeaseRequest Request, Int128 Place)>();
        foreach (var request in waiting)
        {
            request.ShareBegin += shift;
            shift = Math.Max(request.ShareArrival, request.ShareBegin) - StartAt(request.Sequence);
            if (shift == 0)
                return moved;
            moved.Add((request, request.Sequence + ((Int128)shift << ArrivalBits)));
        }

        EndOf(tenant) += shift;
        return moved;
    }

    private long StartOf(string? tenant) =>
        Math.Max(_now, tenant is null ? _endOfNone : _ends.GetValueOrDefault(tenant));

    private ref long EndOf(string? tenant)
    {
        if (tenant is null)
            return ref _endOfNone;
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_ends, tenant, out _)!;
    }

    /// <summary>Requests that start at the same time are told apart by their arrival.</summary>
    private static Int128 PlaceAt(long start, ulong arrival) => ((Int128)start << ArrivalBits) | arrival;

    private static long StartAt(Int128 place) => (long)(place >> ArrivalBits);

    /// <summary>
    /// Returns a time in microseconds of the tenant's share, at least 1. The sum of 16 slots that are always in use by a tenant with the
    /// smallest weight overflows after 18 years.
    /// </summary>
    private static long Share(long ticks, LeaseRequest request, SchedulingPolicy policy)
    {
        var weight = request.Tenant is { } tenant ? policy.TenantWeights.GetValueOrDefault(tenant, 1) : 1;
        return Math.Max(1, (long)(ticks / TimeSpan.TicksPerMicrosecond / weight));
    }

    /// <summary>
    /// Forgets the half of the tenants whose next request would start first: now in any case, or at most that much earlier.
    /// </summary>
    private void Prune()
    {
        foreach (var (tenant, _) in _ends.OrderBy(static pair => pair.Value).Take(MaxTenants / 2).ToList())
            _ends.Remove(tenant);
    }
}
