namespace SharedModels.Simulation;

internal sealed partial class OllamaSimulation
{
    private void PlanLoss()
    {
        if (!_outages.MoveNext())
            return;
        var outage = _outages.Current;
        _events.At(outage.Start, Lose);
        _events.At(outage.End, () =>
        {
            _isLost = false;
            PlanLoss();
        });
    }

    /// <summary>
    /// Drops everything that is on the device or moving to or from it. Requests that have not been served yet keep waiting.
    /// </summary>
    private void Lose()
    {
        (_isLost, _isHeadBusy, _usedBytes) = (true, false, 0);
        _loss++;
        _loaded.Clear();
        while (_granted.Last is { } request)
        {
            _granted.RemoveLast();
            _pending.AddFirst(request);
        }

        for (; _computing > 0; _computing--)
            _log.Lose();
    }

    /// <summary>Schedules an event that is canceled if the device is lost.</summary>
    private void After(TimeSpan time, Action happen)
    {
        var loss = _loss;
        _events.At(_events.Now + time, () =>
        {
            if (loss == _loss)
                happen();
        });
    }
}
