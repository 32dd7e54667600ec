using Microsoft.Extensions.Hosting;
using SharedModels.TorchSharp.Diagnostics;

namespace SharedModels.TorchSharp.Hosting;

/// <summary>Logs at startup why TorchSharp cannot be used, instead of at the first request, if a model needs it.</summary>
internal sealed class TorchLibraryHostedService(IEnumerable<TorchModule> modules, TorchRuntime runtime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (modules.Any() && TorchLibrary.Problem is { } problem)
            Log.TorchUnusable(runtime.Logger, string.Join(", ", modules.Select(static module => $"'{module.Id}'")), problem);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
