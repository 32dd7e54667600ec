using Microsoft.Extensions.Hosting;

namespace SharedModels.Tests.Hosting;

/// <summary>A server that stops when it has served the requests that it accepted, like a web server.</summary>
internal sealed class FakeServer : IHostedService
{
    /// <summary>Completes when the server begins to stop.</summary>
    public TaskCompletionSource Stopping { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete it when all requests are served.</summary>
    public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Stopping.SetResult();
        return Served.Task.WaitAsync(cancellationToken);
    }
}
