using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>
/// The leases that the current asynchronous flow has fetched. Each is its own holder, so a flow that waits while it holds one can wait for
/// itself. Code that was started while a lease was held counts as part of the flow.
/// </summary>
internal sealed class LeaseFlow
{
    private static readonly AsyncLocal<LeaseFlow?> Current = new();

    private readonly LeaseRecord _record;
    private readonly long _number;
    private LeaseFlow? _outer;

    private LeaseFlow(LeaseRecord record, LeaseFlow? outer)
    {
        // Do not refer to the lease: the flow must not keep a dropped lease alive.
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
    /// Returns the holders of this fetch and of the outer fetches, except those of the given model. Called under the gate's lock. Fetches
    /// that still wait count when they get a lease. A second fetch of the same model waits for its turn as usual, because code that
    /// requests a model again before it releases it does so on purpose.
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
