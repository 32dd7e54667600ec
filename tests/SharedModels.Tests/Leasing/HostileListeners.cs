using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SharedModels.Tests.Leasing;

/// <summary>Listeners of meters and activities that throw, block for a while, and call the manager, in turn.</summary>
internal sealed class HostileListeners : IDisposable
{
    private readonly Func<SharedModelManager> _manager;
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private int _calls;

    public HostileListeners(Func<SharedModelManager> manager)
    {
        _manager = manager;
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SharedModels" && !instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<double>((_, _, _, _) => Act());
        _meters.SetMeasurementEventCallback<long>((_, _, _, _) => Act());
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Act(),
            ActivityStopped = _ => Act(),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>The number of calls of any listener.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Act()
    {
        switch (Interlocked.Increment(ref _calls) % 64)
        {
            case 0:
                throw new InvalidOperationException("The exporter is full.");
            case 16:
                Thread.SpinWait(20_000);
                break;
            case 32:
                _ = _manager().GetSnapshot();
                break;
            case 48:
                _ = _manager().Estimate(["m0"]);
                break;
        }
    }
}
