namespace VisionApi.Uploads;

/// <summary>Measures the phases of a request. Each call ends a phase that started when the last one ended.</summary>
internal sealed class RequestTimer(TimeProvider time)
{
    private long _mark = time.GetTimestamp();
    private TimeSpan _decode;
    private TimeSpan _wait;
    private TimeSpan _inference;

    /// <summary>Starts a phase. The time before it is not counted.</summary>
    public void Restart() => Lap();

    public void Decoded() => _decode += Lap();

    public void Acquired() => _wait += Lap();

    public void Inferred() => _inference += Lap();

    /// <summary>Ends a wait together with the run after it, whose duration is known.</summary>
    public void Ran(TimeSpan duration)
    {
        var lap = Lap();
        var run = duration < lap ? duration : lap;
        _inference += run;
        _wait += lap - run;
    }

    public Timing ToTiming() => new(Milliseconds(_wait), Milliseconds(_decode), Milliseconds(_inference));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);

    private TimeSpan Lap()
    {
        var start = _mark;
        _mark = time.GetTimestamp();
        return time.GetElapsedTime(start, _mark);
    }
}
