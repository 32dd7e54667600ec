using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>A request that remembers how it ended.</summary>
internal sealed class TestRequest(WaitQueue line, LeaseHolder holder, TestRequest[]? members = null) : LeaseRequest(line, holder)
{
    public TestRequest(TestModel model, LeaseHolder holder, bool isPreload = false)
        : this(isPreload ? model.Preloads : model.Waiting, holder)
    {
    }

    /// <summary>Whether it is a fetch of code that may fetch further models.</summary>
    public bool IsInFlow { get; init; }

    /// <summary>What its code has fetched before.</summary>
    public TestRequest? OuterFetch { get; set; }

    public IEnumerable<TestRequest> OuterFetches
    {
        get
        {
            for (var outer = OuterFetch; outer is not null; outer = outer.OuterFetch)
                yield return outer;
        }
    }

    public Rejection? Rejection { get; set; }

    /// <summary>The order in which grants were given, from 1; 0 if it was not granted.</summary>
    public int GrantNumber { get; set; }

    public bool IsLost { get; set; }

    /// <summary>What is released: the request itself, or the members of a group.</summary>
    public IReadOnlyList<TestRequest> Leases => members ?? [this];

    public bool IsHeld => Leases.Any(static lease => lease.RequestState == RequestState.Granted);

    public bool IsWaiting => RequestState == RequestState.Waiting;

    internal override ReadOnlySpan<LeaseRequest> Members => members;
}
