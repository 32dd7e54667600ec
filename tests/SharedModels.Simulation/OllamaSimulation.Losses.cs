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

    /// <summary>All that is on the device, or under way to or from it, is gone; who was not served yet waits on.</summary>
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

    /// <summary>Plans what does not happen any more once the device is lost.</summary>
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
