using SharedModels.Diagnostics;

namespace SharedModels.Leasing.Requests;

/// <summary>Waits for a request with an activity, and adds the wait to the total of the caller's flow.</summary>
internal static class ObservedWait
{
    /// <summary>True if the wait of the calling flow is traced or measured.</summary>
    public static bool IsNeeded => SharedModelsActivities.IsEnabled || WaitTotal.Current is not null;

    public static async ValueTask<T> RunAsync<T>(
        WaitingRequest request, LeaseWait<T> wait, DateTime start, TimeProvider time, CancellationToken cancellationToken)
    {
        var activity = SharedModelsActivities.Start("acquire", request.Queue.Names, request.ScheduledModel.Device?.Device);
        activity?.SetStartTime(start);
        var (total, began, models) = (WaitTotal.Current, time.GetTimestamp(), request.Models);
        wait.Register(cancellationToken);
        Exception? failure = null;
        try
        {
            return await wait.Task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            failure = exception;
            throw;
        }
        finally
        {
            total?.Add(time.GetElapsedTime(began));
            activity.LinkSteps(models);
            activity.End(failure);
        }
    }
}
