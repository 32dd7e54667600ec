using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;
using SharedModels.DependencyInjection;

namespace SharedModels.Hosting;

/// <summary>
/// Connects the manager to the application's lifetime: preloads models before the server starts, and frees all models when the server has
/// stopped. The server serves the requests that it has accepted before it stops, so leases are granted until then.
/// </summary>
internal sealed class SharedModelsHostedService(IServiceProvider services) : IHostedLifecycleService
{
    // Hosted services are constructed before the options are validated, and the manager reads the options.
    private readonly Lazy<SharedModelManager> _manager = new(() => (SharedModelManager)services.GetService(typeof(SharedModelManager))!);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = services.GetService(typeof(OptionsReload));
        }
        catch (SettingsException exception)
        {
            exception.Loggers = (IDisposable?)services.GetService(typeof(ILoggerFactory));
            throw;
        }

        return _manager.Value.StartAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var notice = ((IOptions<SharedModelsOptions>)services.GetService(typeof(IOptions<SharedModelsOptions>))!).Value.Leasing.StopNotice;
        var time = (TimeProvider)services.GetService(typeof(TimeProvider))!;
        var noticed = Task.Delay(notice, time, cancellationToken);
        if (services.GetService(typeof(StopDelays)) is StopDelays delays)
            await delays.WaitAsync(cancellationToken).ConfigureAwait(false);
        await noticed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _manager.Value.ShutdownAsync(cancellationToken);
}
