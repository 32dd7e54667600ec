using System.Runtime.InteropServices;

namespace SharedModels.Scheduling.Queueing;

/// <summary>The oldest request of each priority of every queue that wants something on a device, by priority and then by age.</summary>
/// <remarks>
/// Sorted arrays: a change costs a binary search and a move of at most as many references as models are wanted, and no memory. The oldest
/// come first, and ageing favours the older, so that each priority is in the order of service whatever the time is.
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

    /// <summary>The place of a head, or the one where it belongs.</summary>
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
