using System.Diagnostics;
using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Diagnostics;

/// <summary>The activity source <c>SharedModels</c>: waits, loads, moves and uses of models.</summary>
internal static class SharedModelsActivities
{
    private static readonly ActivitySource Source = new("SharedModels");

    /// <summary>Whether anybody listens.</summary>
    public static bool IsEnabled => Source.HasListeners();

    /// <summary>
    /// When a wait begins: taken before its request is queued, since the load that it waits for may end before its activity is there. Of no account if
    /// nobody listens.
    /// </summary>
    public static DateTime GetStart() => IsEnabled ? TimeProvider.System.GetUtcNow().UtcDateTime : default;

    /// <summary>Starts an activity <c>sharedmodels.&lt;operation&gt;</c>; <see langword="null"/> if nobody listens.</summary>
    public static Activity? Start(string operation, ScheduledModel model, ActivityContext parent = default) => Start(operation, model.Id, model.Device, parent);

    /// <inheritdoc cref="Start(string, ScheduledModel, ActivityContext)"/>
    public static Activity? Start(string operation, string modelId, ScheduledDevice? device, ActivityContext parent = default)
    {
        if (!Source.HasListeners())
            return null;
        var activity = Source.StartActivity($"sharedmodels.{operation}", ActivityKind.Internal, parent);
        activity?.SetTag("sharedmodels.model", modelId);
        activity?.SetTag("sharedmodels.device", device?.Device.ToString());
        return activity;
    }

    /// <summary>Ties a wait to the loads and moves that it waited for, whoever set them going.</summary>
    public static void LinkSteps(this Activity? wait, ReadOnlySpan<ScheduledModel> models)
    {
        if (wait is null)
            return;
        foreach (var model in models)
        {
            Link(wait, (model as ModelHost)?.LastLoad);
            Link(wait, (model as ModelHost)?.LastMove);
        }
    }

    private static void Link(Activity wait, Activity? step)
    {
        if (step is { IsStopped: true } && step.StartTimeUtc + step.Duration >= wait.StartTimeUtc)
            wait.AddLink(new(step.Context));
    }

    public static void Fail(this Activity? activity, Exception exception)
    {
        activity?.AddException(exception);
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }
}
