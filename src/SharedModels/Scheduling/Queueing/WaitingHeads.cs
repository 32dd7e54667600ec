using System.Runtime.InteropServices;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// The heads of all queues that want something on a device: the oldest request of each priority, by priority and then by age.
/// </summary>
/// <remarks>
/// The lists are sorted. A change costs a binary search and moves at most one reference per wanted model, without allocating. The oldest
/// heads come first. Aging favors older requests, so each priority is always in the order of service.
/// </remarks>
internal sealed class WaitingHeads
{
    private readonly List<LeaseRequest>[] _heads = [[], [], []];

    /// <summary>The heads of a priority, the oldest first.</summary>
    public ReadOnlySpan<LeaseRequest> this[int priority] => CollectionsMarshal.AsSpan(_heads[priority]);

    public void Add(LeaseRequest head)
    {
        var heads = _heads[head.Priority];
        var isLast = heads.Count == 0 || heads[^1].Sequence < head.Sequence;
        heads.Insert(isLast ? heads.Count : IndexOf(head), head);
    }

    public void Remove(LeaseRequest head) => _heads[head.Priority].RemoveAt(IndexOf(head));

    public void Clear()
    {
        foreach (var heads in _heads)
            heads.Clear();
    }

    /// <summary>Returns the index of a head, or the index at which to insert it.</summary>
    private int IndexOf(LeaseRequest head)
    {
        var heads = this[head.Priority];
        var (from, to) = (0, heads.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (heads[middle].Sequence < head.Sequence)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}
