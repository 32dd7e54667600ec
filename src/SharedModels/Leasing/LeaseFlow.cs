using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>
/// The leases that the current asynchronous flow has fetched, each a holder of its own: a flow that waits while it holds one may wait for
/// itself. Code that was started meanwhile counts as part of the flow.
/// </summary>
internal sealed class LeaseFlow
{
    private static readonly AsyncLocal<LeaseFlow?> Current = new();

    private readonly LeaseRecord _record;
    private readonly long _number;
    private LeaseFlow? _outer;

    private LeaseFlow(LeaseRecord record, LeaseFlow? outer)
    {
        // Not the lease itself: the flow must not keep alive one that was dropped.
        _record = record;
        _number = record.Number;
        _outer = outer;
    }

    private bool IsOpen => _record.Number == _number && _record.RequestState != RequestState.Idle;

    /// <summary>The innermost fetch of the flow that has not ended.</summary>
    public static LeaseFlow? Innermost
    {
        get
        {
            var flow = FirstOpen(Current.Value);
            if (flow is not null)
                flow._outer = FirstOpen(flow._outer);
            return flow;
        }
    }

    private static LeaseFlow? FirstOpen(LeaseFlow? flow)
    {
        while (flow is { IsOpen: false })
            flow = flow._outer;
        return flow;
    }

    /// <summary>Adds a fetch to the current flow.</summary>
    public static void Add(LeaseRecord record) => Current.Value = new(record, Innermost);

    /// <summary>
    /// The holders of this fetch and the outer ones of other models; called under the gate's lock. Those that still wait count once they
    /// have a lease. A second fetch of the same model waits its turn like anybody's:
    /// code that lines up for a model before it releases it does so on purpose.
    /// </summary>
    public List<LeaseHolder> HoldersOfOthersThan(RegisteredModel model)
    {
        var holders = new List<LeaseHolder>();
        for (var flow = this; flow is not null; flow = flow._outer)
        {
            if (flow.IsOpen && flow._record.Model != model)
                holders.Add(flow._record.Holder);
        }

        return holders;
    }
}
