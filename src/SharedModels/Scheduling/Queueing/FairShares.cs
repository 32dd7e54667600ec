namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Places requests so that tenants that wait get device time in proportion to their weights, whatever number of requests each has.
/// </summary>
/// <remarks>
/// Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): a request starts when the tenant's last request ends, in a virtual time
/// that advances with the requests that are served. It is O(1), and needs neither rounds nor a quantum, which deficit round robin would
/// have to choose without knowing how long requests hold the device. Without tenants, all requests belong to one tenant, and the order is
/// that of their arrival. Not thread-safe.
/// </remarks>
internal sealed class FairShares
{
    private const int ArrivalBits = 64, MaxTenants = 1024;

    // For each tenant, where its last request starts and ends.
    private readonly Dictionary<string, (long Start, long End)> _last = new(StringComparer.Ordinal);
    private (long Start, long End) _lastOfNone;
    private long _now;
    private ulong _arrivals;

    /// <summary>Indicates whether a request has named a tenant. Before that, requests are served in the order of arrival.</summary>
    public bool AreUsed => TenantCount > 0;

    /// <summary>The number of tenants that are remembered.</summary>
    public int TenantCount => _last.Count;

    /// <summary>Returns the place of a new request of a tenant: requests with a smaller number go first.</summary>
    public Int128 Peek(string? tenant) => PlaceAt(StartOf(tenant), ulong.MaxValue);

    /// <summary>Places a request. <paramref name="cost"/> is the time that it is expected to hold the device, in ticks.</summary>
    public void Place(LeaseRequest request, long cost, SchedulingPolicy policy)
    {
        var start = StartOf(request.Tenant);
        request.Sequence = PlaceAt(start, ++_arrivals);
        request.ShareCost = cost;
        if (_last.Count >= MaxTenants)
            Prune();
        SetLast(request.Tenant, (start, start + Share(cost, request, policy)));
    }

    /// <summary>Advances the virtual time to a request that is granted.</summary>
    public void Serve(LeaseRequest request) => _now = Math.Max(_now, (long)(request.Sequence >> ArrivalBits));

    /// <summary>Charges a tenant for the difference between the time that a request held the device and the expected time.</summary>
    public void Charge(LeaseRequest request, long held, SchedulingPolicy policy)
    {
        var last = LastOf(request.Tenant);

        // A later request of the tenant must not start before the last one.
        var end = last.End + Share(held, request, policy) - Share(request.ShareCost, request, policy);
        SetLast(request.Tenant, (last.Start, Math.Max(last.Start + 1, end)));
    }

    private long StartOf(string? tenant) => Math.Max(_now, LastOf(tenant).End);

    private (long Start, long End) LastOf(string? tenant) => tenant is null ? _lastOfNone : _last.GetValueOrDefault(tenant);

    private void SetLast(string? tenant, (long Start, long End) last)
    {
        if (tenant is null)
            _lastOfNone = last;
        else
            _last[tenant] = last;
    }

    /// <summary>Requests that start at the same time are told apart by their arrival.</summary>
    private static Int128 PlaceAt(long start, ulong arrival) => ((Int128)start << ArrivalBits) | arrival;

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
        foreach (var (tenant, _) in _last.OrderBy(static pair => pair.Value.End).Take(MaxTenants / 2).ToList())
            _last.Remove(tenant);
    }
}
