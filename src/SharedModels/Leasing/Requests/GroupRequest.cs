using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>A request for several leases of one holder, which are acquired together or not at all.</summary>
internal sealed class GroupRequest(WaitQueue queue, LeaseHolder holder, LeaseRecord[] members) : WaitingRequest(queue, holder)
{
    internal override ReadOnlySpan<LeaseRequest> Members => members;

    internal override IEnumerable<RegisteredModel> Models => members.Select(static member => member.Model);

    public IReadOnlyList<LeaseRecord> Records => members;

    internal override void Forget()
    {
        foreach (var member in members)
            member.Forget();
    }
}
