using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Diagnostics;

namespace SharedModels.TorchSharp.Hosting;

/// <summary>Logs at startup, instead of at the first request, why TorchSharp cannot be used, if a model requires it.</summary>
internal sealed class TorchLibraryHostedService(IEnumerable<TorchModule> modules, ILogger logger, Func<string?> findProblem)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (modules.Any() && findProblem() is { } problem)
            Log.TorchUnusable(logger, string.Join(", ", modules.Select(static module => $"'{module.Id}'")), problem);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
