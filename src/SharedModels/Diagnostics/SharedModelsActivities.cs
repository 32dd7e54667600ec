using System.Diagnostics;
using SharedModels.Registration;

namespace SharedModels.Diagnostics;

/// <summary>The activity source <c>SharedModels</c>: waits, loads, moves and uses of models.</summary>
internal static class SharedModelsActivities
{
    private static readonly ActivitySource Source = new("SharedModels");

    /// <summary>Whether there is a listener.</summary>
    public static bool IsEnabled => Source.HasListeners();

    /// <summary>
    /// When a wait begins: read before its request is queued, since the load that it waits for may end before its activity exists.
    /// Meaningless without a listener.
    /// </summary>
    public static DateTime GetStart() => IsEnabled ? TimeProvider.System.GetUtcNow().UtcDateTime : default;

#pragma warning disable CA1031 // A listener that throws must not keep anything from being done.
    /// <summary>Starts an activity <c>sharedmodels.&lt;operation&gt;</c>; <see langword="null"/> if nobody listens.</summary>
    public static Activity? Start(string operation, string modelId, Device? device, ActivityContext parent = default)
    {
        try
        {
            if (!Source.HasListeners())
                return null;
            var activity = Source.StartActivity($"sharedmodels.{operation}", ActivityKind.Internal, parent);
            activity?.SetTag("sharedmodels.model", modelId);
            activity?.SetTag("sharedmodels.device", device?.ToString());
            return activity;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Ends an activity, as failed if there is an exception.</summary>
    public static void End(this Activity? activity, Exception? failure = null)
    {
        if (activity is null)
            return;
        try
        {
            if (failure is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, failure.Message);
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

    /// <summary>Links a wait to the loads and moves that it waited for, whoever started them.</summary>
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
        // A step ends before its activity, which the listeners are told of last.
        if (step is not null && (!step.IsStopped || step.StartTimeUtc + step.Duration >= wait.StartTimeUtc))
            wait.AddLink(new(step.Context));
    }
}
