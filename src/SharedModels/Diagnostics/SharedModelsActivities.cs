using System.Diagnostics;
using SharedModels.Registration;

namespace SharedModels.Diagnostics;

/// <summary>The activity source <c>SharedModels</c>, which traces waits, loads, moves and uses of models.</summary>
internal static class SharedModelsActivities
{
    private static readonly ActivitySource Source = new("SharedModels");

    /// <summary>True if there is a listener.</summary>
    public static bool IsEnabled => Source.HasListeners();

    /// <summary>
    /// Returns the start time of a wait. Read it before the request is queued, because the load that it waits for can end before the wait's
    /// activity exists. The value is meaningless if there is no listener.
    /// </summary>
    public static DateTime GetStart() => IsEnabled ? TimeProvider.System.GetUtcNow().UtcDateTime : default;

#pragma warning disable CA1031 // A listener that throws must not affect the manager.
    /// <summary>
    /// Starts an activity <c>sharedmodels.&lt;operation&gt;</c>. Returns <see langword="null"/> if there is no listener.
    /// </summary>
    public static Activity? Start(
        string operation, string modelId, Device? device, ActivityContext parent = default, ActivityKind kind = ActivityKind.Internal)
    {
        try
        {
            if (!Source.HasListeners())
                return null;
            var activity = Source.StartActivity($"sharedmodels.{operation}", kind, parent);
            activity?.SetTag(TelemetryTags.Model, modelId);
            activity?.SetTag(TelemetryTags.Device, device?.ToString());
            return activity;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Starts the activity of a batch, with links to the spans of its inputs' callers.</summary>
    public static Activity? StartBatch(string modelId, Device? device, ActivityContext[] callers)
    {
        try
        {
            if (!Source.HasListeners() || callers.Length == 0)
                return null;
            var links = callers.Where(static caller => caller != default).Select(static caller => new ActivityLink(caller));

            // The thread may have just ended the work of another caller.
            Activity.Current = null;
            var activity = Source.StartActivity("sharedmodels.batch", ActivityKind.Internal, parentContext: default, tags: null, links);
            activity?.SetTag(TelemetryTags.Model, modelId);
            activity?.SetTag(TelemetryTags.Device, device?.ToString());
            activity?.SetTag(TelemetryTags.BatchSize, callers.Length);
            return activity;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Ends an activity. It ends as failed if there is an exception.</summary>
    public static void End(this Activity? activity, Exception? failure = null)
    {
        if (activity is null)
            return;
        try
        {
            if (failure is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, failure.Message);
                activity.SetTag(TelemetryTags.ErrorType, failure.GetType().FullName);
                activity.AddException(failure);
            }
        }
        catch (Exception)
        {
        }

        try
        {
            activity.Dispose();
        }
        catch (Exception)
        {
        }
    }
#pragma warning restore CA1031

    /// <summary>Links a wait to the loads and moves that it waited for, including those started by other requests.</summary>
    public static void LinkSteps(this Activity? wait, IEnumerable<RegisteredModel> models)
    {
        if (wait is null)
            return;
        foreach (var model in models)
        {
            Link(wait, model.LastLoad);
            Link(wait, model.LastMove);
        }
    }

    private static void Link(Activity wait, Activity? step)
    {
        // A step ends before its activity, because listeners are notified last.
        if (step is not null && (!step.IsStopped || step.StartTimeUtc + step.Duration >= wait.StartTimeUtc))
            wait.AddLink(new(step.Context));
    }
}
