namespace SharedModels.Scheduling.Queueing;

/// <summary>A binary heap of deadlines. Any entry can be removed in O(log n), because most waits end before their deadline.</summary>
internal sealed class DeadlineQueue
{
    private readonly List<DeadlineEntry> _heap = [];

    public int Count => _heap.Count;

    /// <summary>The earliest deadline, or <see cref="long.MaxValue"/>.</summary>
    public long Earliest => _heap.Count == 0 ? long.MaxValue : _heap[0].Deadline;

    public void Set(DeadlineEntry item, long deadline)
    {
        Remove(item);
        item.Deadline = deadline;
        _heap.Add(item);
        Up(_heap.Count - 1);
    }

    /// <summary>Removes an item. Does nothing if it is not in the queue.</summary>
    public void Remove(DeadlineEntry item)
    {
        var index = item.HeapIndex;
        if (index < 0)
            return;
        item.HeapIndex = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last == item)
            return;
        Place(last, index);
        Up(index);
        Down(last.HeapIndex);
    }

    public DeadlineEntry? TakeDue(long now)
    {
        if (Earliest > now)
            return null;
        var item = _heap[0];
        Remove(item);
        return item;
    }

    private void Up(int index)
    {
        var item = _heap[index];
        while (index > 0 && _heap[(index - 1) / 2].Deadline > item.Deadline)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        Place(item, index);
    }

    private void Down(int index)
    {
        var item = _heap[index];
        for (var child = 2 * index + 1; child < _heap.Count; child = 2 * index + 1)
        {
            if (child + 1 < _heap.Count && _heap[child + 1].Deadline < _heap[child].Deadline)
                child++;
            if (_heap[child].Deadline >= item.Deadline)
                break;
            Place(_heap[child], index);
            index = child;
        }

        Place(item, index);
    }

    private void Place(DeadlineEntry item, int index)
    {
        _heap[index] = item;
        item.HeapIndex = index;
    }
}
