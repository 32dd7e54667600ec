using SharedModels.Scheduling;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Leasing;

/// <summary>A request for several leases of one holder, all or nothing.</summary>
internal sealed class GroupRequest(WaitingLine line, LeaseHolder holder, LeaseRecord[] members) : WaitingRequest(line, holder)
{
    internal override ReadOnlySpan<LeaseRequest> Members => members;

    public IReadOnlyList<LeaseRecord> Records => members;

    internal override void Forget()
    {
        foreach (var member in members)
            member.Forget();
    }
}
