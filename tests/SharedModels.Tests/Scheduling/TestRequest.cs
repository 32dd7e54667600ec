using SharedModels.Scheduling;

namespace SharedModels.Tests.Scheduling;

/// <summary>A request that remembers how it ended.</summary>
internal sealed class TestRequest(TestModel model, LeaseHolder holder, bool isPreload = false) : LeaseRequest(model, holder)
{
    public Refusal? Refusal { get; set; }

    /// <summary>The order in which grants were given, from 1; 0 if it was not granted.</summary>
    public int GrantNumber { get; set; }

    public bool IsHeld => RequestState == RequestState.Granted;

    public bool IsWaiting => RequestState == RequestState.Waiting;

    internal override bool IsPreload => isPreload;
}
