namespace SharedModels.Clustering;

/// <summary>Lets routers send their requests elsewhere before a node stops.</summary>
internal static class NodeDrain
{
    // The rest of the time is for the models.
    private const double ShareOfShutdown = 0.8;

    // Reports reach all routers in less time.
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Reports that the node drains, and waits until its requests have ended.</summary>
    /// <param name="draining">The source to cancel when the drain begins.</param>
    /// <param name="running">Returns the number of requests that the node is serving.</param>
    /// <param name="time">The clock.</param>
    /// <param name="shutdownTimeout">The time in which the host must stop.</param>
    /// <param name="stopping">A token to stop waiting.</param>
    public static async Task RunAsync(
        CancellationTokenSource draining, Func<int> running, TimeProvider time, TimeSpan shutdownTimeout, CancellationToken stopping)
    {
        await draining.CancelAsync().ConfigureAwait(false);
        var start = time.GetTimestamp();
        var limit = shutdownTimeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : shutdownTimeout * ShareOfShutdown;
        await Task.Delay(Notice, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (running() > 0 && time.GetElapsedTime(start) < limit && !stopping.IsCancellationRequested)
            await Task.Delay(Poll, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
