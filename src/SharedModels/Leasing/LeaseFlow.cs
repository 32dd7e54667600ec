using SharedModels.Devices;
using SharedModels.Leasing.Invocations;
using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>
/// The leases that the current asynchronous flow has fetched and the leases that it is using. Their holders release nothing while the flow
/// waits, so the flow can wait for itself. Code that was started while a lease was held counts as part of the flow.
/// </summary>
internal sealed class LeaseFlow
{
    private static readonly AsyncLocal<LeaseFlow?> Current = new();

    private readonly LeaseRecord _record;
    private readonly long _number;
    private readonly DeviceWorker? _worker;
    private readonly bool _isUse;
    private volatile UseContext? _context;
    private volatile bool _hasEnded;
    private LeaseFlow? _outer;

    private LeaseFlow(LeaseRecord record, LeaseFlow? outer, bool isUse, DeviceWorker? worker = null, UseContext? context = null)
    {
        // Do not refer to the lease: the flow must not keep a dropped lease alive.
        _record = record;
        _number = record.Number;
        _outer = outer;
        _isUse = isUse;
        _worker = worker;
        _context = context;
    }

    private bool IsOpen => !_hasEnded && _record.Number == _number && _record.RequestState != RequestState.Idle;

    /// <summary>The innermost fetch or use of the flow that has not ended.</summary>
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

    /// <summary>The innermost use of the flow that has not ended.</summary>
    public static LeaseFlow? InnermostUse => Find(static (flow, _) => flow._isUse, 0);

    /// <summary>Adds a fetch to the current flow.</summary>
    public static void Add(LeaseRecord record) => Current.Value = new(record, Innermost, isUse: false);

    /// <summary>Adds a use to the current flow until <see cref="EndUse"/>.</summary>
    /// <param name="record">The lease that is used.</param>
    /// <param name="worker">The worker that can run nothing else meanwhile, if there is one.</param>
    /// <param name="context">The context of the code if it is asynchronous.</param>
    public static LeaseFlow BeginUse(LeaseRecord record, DeviceWorker? worker, UseContext? context) =>
        Current.Value = new(record, Innermost, isUse: true, worker, context);

    /// <summary>Ends a use on the flow that began it.</summary>
    public void EndUse()
    {
        _hasEnded = true;
        _context = null;
        Current.Value = _outer;
    }

    /// <summary>Returns true if the flow is inside code that occupies a worker.</summary>
    public static bool Occupies(DeviceWorker worker) => Find(static (flow, worker) => flow._worker == worker, worker) is not null;

    /// <summary>Returns the context of the asynchronous code that the flow is inside of and that occupies a worker.</summary>
    public static UseContext? ContextOn(DeviceWorker worker) =>
        Find(static (flow, worker) => flow._worker == worker && flow._context is not null, worker)?._context;

    /// <summary>
    /// Returns the holders of this and the outer fetches and uses that release nothing while the flow waits for a request. Called under the
    /// gate's lock. Fetches that still wait count when they get a lease.
    /// </summary>
    /// <param name="requester">The holder of the request. It does not wait for itself.</param>
    /// <param name="model">
    /// The requested model. A second fetch of the same model outside a use waits for its turn as usual, because code that requests a model
    /// again before it releases it does so on purpose.
    /// </param>
    public List<LeaseHolder> HoldersOtherThan(LeaseHolder requester, RegisteredModel? model)
    {
        var holders = new List<LeaseHolder>();
        for (var flow = this; flow is not null; flow = flow._outer)
        {
            var holder = flow._record.Holder;
            if (flow.IsOpen && (flow._isUse || flow._record.Model.Id != model?.Id) && holder != requester && !holders.Contains(holder))
                holders.Add(holder);
        }

        return holders;
    }

    private static LeaseFlow? Find<TState>(Func<LeaseFlow, TState, bool> predicate, TState state)
    {
        for (var flow = FirstOpen(Current.Value); flow is not null; flow = FirstOpen(flow._outer))
        {
            if (predicate(flow, state))
                return flow;
        }

        return null;
    }

    private static LeaseFlow? FirstOpen(LeaseFlow? flow)
    {
        while (flow is { IsOpen: false })
            flow = flow._outer;
        return flow;
    }
}
