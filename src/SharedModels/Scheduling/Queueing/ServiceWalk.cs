using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Enumerates the heads of a device's queues in the order of service: by aged priority, then by age.
/// </summary>
internal ref struct ServiceWalk(ScheduledDevice device, long now, long aging)
{
    private int _high;
    private int _normal;
    private int _low;

    public LeaseRequest? Head { get; private set; }

    /// <summary>The aged priority of <see cref="Head"/>.</summary>
    public int Priority { get; private set; }

    public bool MoveNext()
    {
        Head = null;
        Consider(2, _high);
        Consider(1, _normal);
        Consider(0, _low);
        switch (Head?.Priority)
        {
            case 2:
                _high++;
                break;
            case 1:
                _normal++;
                break;
            case 0:
                _low++;
                break;
        }

        return Head is not null;
    }

    private void Consider(int priority, int index)
    {
        var heads = device.Heads[priority];
        if (index >= heads.Length)
            return;
        var head = heads[index];
        var aged = head.PriorityAt(now, aging);
        if (Head is not null && (aged < Priority || (aged == Priority && head.Sequence > Head.Sequence)))
            return;
        Head = head;
        Priority = aged;
    }
}
