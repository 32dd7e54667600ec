namespace SharedModels.Simulation;

/// <summary>Simulates Ollama's policy, as described by <see cref="OllamaOptions"/>.</summary>
internal sealed partial class OllamaSimulation
{
    private readonly Trace _trace;
    private readonly SimulatedDevice _device;
    private readonly OllamaOptions _options;
    private readonly EventQueue _events = new();
    private readonly SimulationLog _log;
    private readonly BringAttempts _attempts;
    private readonly IEnumerator<DeviceOutage> _outages;
    private readonly SortedDictionary<int, Runner> _loaded = [];
    private readonly LinkedList<int> _pending = new();
    private readonly LinkedList<int> _granted = new();
    private long _usedBytes;
    private int _loss;
    private int _computing;
    private bool _isLost;
    private bool _isHeadBusy;

    public OllamaSimulation(Trace trace, SimulatedDevice device, OllamaOptions options)
    {
        (_trace, _device, _options) = (trace, device, options);
        _log = new(trace);
        _attempts = new(trace);
        _outages = trace.Faults.Outages.GetEnumerator();
    }

    public SimulationResult Run()
    {
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var request = i;
            _events.At(_trace.Requests[i].Arrival, () => Arrive(request));
        }

        PlanLoss();
        while (!(_log.IsComplete && _computing == 0) && _events.TryAdvance())
            TakeFromQueue();
        return _log.ToResult(_events.Now);
    }

    private void Arrive(int request)
    {
        if (!_options.IsStrictlyFifo && _loaded.TryGetValue(_trace.Requests[request].Model, out var runner))
            Grant(request, runner);
        else
            _pending.AddLast(request);
    }

    /// <summary>Processes the head of the queue as far as possible, and continues with the next request if the head is done.</summary>
    private void TakeFromQueue()
    {
        while (!_isLost && !_isHeadBusy && _pending.First is { } head)
        {
            var model = _trace.Requests[head.Value].Model;
            if (_loaded.TryGetValue(model, out var runner))
            {
                _pending.Remove(head);
                Grant(head.Value, runner);
            }
            else if (_usedBytes == 0
                || (_loaded.Count < _options.MaxLoadedModels && _usedBytes + _trace.ModelBytes[model] <= _device.BudgetBytes))
            {
                Load(head, model);
            }
            else if (_loaded.Count > 0)
            {
                Evict();
            }
            else
            {
                // The remaining models are being unloaded, because their keep-alive time has passed.
                return;
            }
        }
    }

    private void Load(LinkedListNode<int> head, int model)
    {
        if (!_attempts.TryLoad(model))
        {
            _pending.Remove(head);
            _log.Reject();
            return;
        }

        _isHeadBusy = true;
        _usedBytes += _trace.ModelBytes[model];
        _log.Move(_trace.ModelBytes[model]);
        After(_device.TransferTime(_trace.ModelBytes[model]), () =>
        {
            _isHeadBusy = false;
            _pending.Remove(head);
            if (_attempts.TryMove(model))
            {
                Grant(head.Value, _loaded[model] = new Runner(model));
                return;
            }

            _usedBytes -= _trace.ModelBytes[model];
            _log.Reject();
        });
    }

    private void Evict()
    {
        _isHeadBusy = true;
        var victim = _loaded.Values
            .OrderBy(static runner => runner.Users > 0)
            .ThenBy(runner => _options.EvictsByRemainingKeepAlive ? runner.ExpiresAt : TimeSpan.Zero)
            .ThenBy(static runner => runner.Model)
            .First();
        victim.IsAwaited = true;
        if (victim.Users == 0)
            Unload(victim);
    }

    private void Unload(Runner runner)
    {
        _loaded.Remove(runner.Model);
        After(_options.UnloadTime, () =>
        {
            _usedBytes -= _trace.ModelBytes[runner.Model];
            _isHeadBusy &= !runner.IsAwaited;
        });
    }

    private void Grant(int request, Runner runner)
    {
        runner.Users++;
        _granted.AddLast(request);
        Compute();
    }

    private void Compute()
    {
        if (_computing > 0 || _isLost || _granted.First is not { } next)
            return;
        _granted.RemoveFirst();
        _computing++;
        _log.Serve(next.Value, _events.Now);
        After(_trace.Requests[next.Value].Hold, () =>
        {
            _computing--;
            End(_loaded[_trace.Requests[next.Value].Model]);
            Compute();
        });
    }

    private void End(Runner runner)
    {
        if (--runner.Users > 0)
            return;
        if (runner.IsAwaited)
        {
            Unload(runner);
            return;
        }

        var expiresAt = runner.ExpiresAt = _events.Now + _options.KeepAlive;
        After(_options.KeepAlive, () =>
        {
            if (runner.Users == 0 && runner.ExpiresAt == expiresAt && _loaded.GetValueOrDefault(runner.Model) == runner)
                Unload(runner);
        });
    }

    private sealed class Runner(int model)
    {
        public int Model => model;

        public int Users { get; set; }

        public TimeSpan ExpiresAt { get; set; }

        /// <summary>Indicates whether the head of the queue waits for the memory of this model.</summary>
        public bool IsAwaited { get; set; }
    }
}
