namespace SharedModels.Simulation.Batching;

/// <summary>Batches that other servers would form. All models must fit, or the least recently used ones are replaced.</summary>
internal sealed class BatchRuleSimulation
{
    private readonly EventQueue _events = new();
    private readonly Trace _trace;
    private readonly SimulatedDevice _device;
    private readonly BatchCurve _curve;
    private readonly int _maxBatchSize;
    private readonly TimeSpan _delay;
    private readonly int[] _preferredSizes;
    private readonly BatchPolicy.Order _choice;
    private readonly List<int>[] _queues;
    private readonly TimeSpan[] _latencies;
    private readonly List<int> _resident = [];
    private bool _isBusy;
    private int _batches;
    private int _moves;

    public BatchRuleSimulation(
        Trace trace,
        SimulatedDevice device,
        BatchCurve curve,
        int maxBatchSize,
        TimeSpan delay,
        int[] preferredSizes,
        BatchPolicy.Order choice)
    {
        (_trace, _device, _curve, _delay, _preferredSizes, _choice) = (trace, device, curve, delay, preferredSizes, choice);
        _maxBatchSize = Math.Min(maxBatchSize, curve.MaxBatchSize);
        _queues = [.. trace.ModelBytes.Select(static _ => new List<int>())];
        _latencies = new TimeSpan[trace.Requests.Count];
    }

    public BatchResult Run()
    {
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var index = i;
            _events.At(_trace.Requests[i].Arrival, () =>
            {
                _queues[_trace.Requests[index].Model].Add(index);
                if (_delay > TimeSpan.Zero)
                    _events.At(_events.Now + _delay, Serve);
                Serve();
            });
        }

        while (_events.TryAdvance())
        {
        }

        return new() { Latencies = _latencies, Batches = _batches, Moves = _moves, End = _events.Now };
    }

    private void Serve()
    {
        if (_isBusy)
            return;
        var ready = Enumerable.Range(0, _queues.Length).Select(model => (Model: model, Size: ReadySize(_queues[model])))
            .Where(static batch => batch.Size > 0)
            .ToList();
        if (ready.Count == 0)
            return;
        var (next, size) = _choice == BatchPolicy.Order.Longest
            ? ready.MaxBy(batch => _queues[batch.Model].Count)
            : ready.MinBy(batch => _queues[batch.Model][0]);
        var inputs = _queues[next][..size];
        _queues[next].RemoveRange(0, size);
        _isBusy = true;
        _batches++;
        _events.At(_events.Now + Bring(next) + _curve.DurationOf(size), () =>
        {
            foreach (var input in inputs)
                _latencies[input] = _events.Now - _trace.Requests[input].Arrival;
            _isBusy = false;
            Serve();
        });
    }

    private int ReadySize(List<int> queue)
    {
        if (queue.Count == 0)
            return 0;
        if (queue.Count >= _maxBatchSize)
            return _maxBatchSize;
        if (_events.Now - _trace.Requests[queue[0]].Arrival >= _delay)
            return queue.Count;
        return _preferredSizes.Where(size => size <= queue.Count).DefaultIfEmpty(0).Max();
    }

    /// <summary>Moves a model to the device in place of the least recently used ones. Returns the duration.</summary>
    private TimeSpan Bring(int model)
    {
        var wasResident = _resident.Remove(model);
        _resident.Add(model);
        if (wasResident)
            return TimeSpan.Zero;
        while (_resident.Sum(resident => _trace.ModelBytes[resident]) > _device.BudgetBytes)
            _resident.RemoveAt(0);
        _moves++;
        return _device.TransferTime(_trace.ModelBytes[model]);
    }
}
