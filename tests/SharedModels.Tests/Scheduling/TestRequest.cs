using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>A request that records its outcome.</summary>
internal sealed class TestRequest(WaitQueue line, LeaseHolder holder, TestRequest[]? members = null) : LeaseRequest(line, holder)
{
    public TestRequest(TestModel model, LeaseHolder holder, bool isPreload = false)
        : this(isPreload ? model.Preloads : model.Waiting, holder)
    {
    }

    /// <summary>Indicates whether it is an input of a batch.</summary>
    public bool IsInput { get; init; }

    /// <summary>The time at which the batch of a granted input began, or <see langword="null"/> before that.</summary>
    public long? BegunAt { get; set; }

    internal override bool IsBatchInput => IsInput;

    /// <summary>Indicates whether it is a fetch by code that may fetch further models.</summary>
    public bool IsInFlow { get; init; }

    /// <summary>The previous fetch by the same code.</summary>
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

    /// <summary>The position in the order of grants, from 1, or 0 if it was not granted.</summary>
    public int GrantNumber { get; set; }

    public bool IsLost { get; set; }

    /// <summary>The requests to release: the request itself, or the members of a group.</summary>
    public IReadOnlyList<TestRequest> Leases => members ?? [this];

    public bool IsHeld => Leases.Any(static lease => lease.RequestState == RequestState.Granted);

    public bool IsWaiting => RequestState == RequestState.Waiting;

    internal override ReadOnlySpan<LeaseRequest> Members => members;
}
