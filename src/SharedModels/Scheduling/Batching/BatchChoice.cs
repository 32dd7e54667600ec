using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Batching;

/// <summary>Chooses the next of several batches with the same priority.</summary>
/// <remarks>
/// The batch that ends the most waiting time per time that it takes goes first, where an input's wait includes its own batch. When the
/// oldest input has waited <see cref="MaxRounds"/> times as long as it takes to run everything that waits, it goes first. In simulations
/// with eight models, this had a lower mean latency than the oldest batch first, and about the same 99th percentile. See
/// eng/results/batching.md.
/// </remarks>
internal ref struct BatchChoice(long now)
{
    private const double MaxRounds = 1.75;

    private LeaseRequest? _oldest;
    private LeaseRequest? _best;
    private double _bestValue;
    private double _round;

    /// <summary>The aged priority of the batches.</summary>
    public int Priority { get; private set; }

    public readonly bool IsEmpty => _oldest is null;

    /// <summary>Adds a batch by the first of its inputs. Batches are added by age, the oldest first.</summary>
    public void Add(LeaseRequest first, int priority)
    {
        Priority = priority;
        _oldest ??= first;
        var (count, waited) = BatchFormer.Measure(first, now);
        var model = first.ScheduledModel;
        var expected = model.Batches.Cost.Expect(count);
        var duration = Math.Max(1, expected > 0 ? expected : model.Device!.Holds.Typical);
        _round += duration;
        var value = waited / duration + count;
        if (_best is not null && value <= _bestValue)
            return;
        (_best, _bestValue) = (first, value);
    }

    /// <summary>Returns the first input of the batch to run next, or <see langword="null"/> if there is none.</summary>
    public readonly LeaseRequest? Choose() =>
        _oldest is null || now - _oldest.EnqueuedAt < MaxRounds * _round ? _best : _oldest;
}
