using System.Collections.Concurrent;
using System.Diagnostics;

namespace SharedModels.Tests.Diagnostics;

/// <summary>Records the activities of one model, whose id no other test has.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly ActivityListener _listener;

    public ActivityRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("model"), Model))
                    Activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public string Model { get; } = $"model-{Guid.NewGuid():N}";

    public ConcurrentQueue<Activity> Activities { get; } = new();

    public void Dispose() => _listener.Dispose();
}
