using System.Runtime.InteropServices;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Places requests so that tenants that wait get device time in proportion to their weights, whatever number of requests each has.
/// </summary>
/// <remarks>
/// Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): a request starts when the tenant's last request ends, in a virtual time
/// that advances with the requests that are served. It is O(1), and needs neither rounds nor a quantum, which deficit round robin would
/// have to choose without knowing how long requests hold the device. Without tenants, all requests belong to one tenant, and the order is
/// that of their arrival. The time that a request takes is expected when it is placed and known when it ends, so the tenant's later
/// requests then move by the difference. Not thread-safe.
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
        var start = StartOf(request.Tenant);
        request.Sequence = PlaceAt(start, ++_arrivals);
        request.ShareCost = cost;
        if (_ends.Count >= MaxTenants)
            Prune();
        EndOf(request.Tenant) = start + Share(cost, request, policy);
    }

    /// <summary>Advances the virtual time to a request that is granted.</summary>
    public void Serve(LeaseRequest request) => _now = Math.Max(_now, StartAt(request.Sequence));

    /// <summary>Corrects the charge of a request to the time for which it held the device, or to 0 if it was not served.</summary>
    /// <returns>The virtual time by which the tenant's later requests move.</returns>
    public long Charge(LeaseRequest request, long held, SchedulingPolicy policy)
    {
        var shift = Share(held, request, policy) - Share(request.ShareCost, request, policy);
        request.ShareCost = held;
        EndOf(request.Tenant) += shift;
        return shift;
    }

    /// <summary>Returns the place of a waiting request that moves. It does not move to before the present.</summary>
    public Int128 Shift(Int128 place, long shift)
    {
        var start = StartAt(place);
        var earliest = Math.Min(start, _now);
        return place + ((Int128)(Math.Max(earliest, start + shift) - start) << ArrivalBits);
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
