namespace SharedModels.Tests.ClusterApplication;

/// <summary>A model that computes for some milliseconds, or until its process is killed.</summary>
internal sealed class Worker(string silo, Points points) : IWorker
{
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(5);

    public async Task<string> WorkAsync(CancellationToken cancellationToken)
    {
        await points.PassAsync("compute", cancellationToken);
        await Task.Delay(Time, cancellationToken);
        return silo;
    }

    public Task<string> WorkAgainAsync(CancellationToken cancellationToken) => WorkAsync(cancellationToken);
}
