using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SharedModels.Configuration;
using SharedModels.Diagnostics;

namespace SharedModels.DependencyInjection;

/// <summary>Has the manager take over options that change while the application runs; those that make no sense are logged and left alone.</summary>
internal sealed class OptionsReload : IDisposable
{
    private readonly SharedModelManager _manager;
    private readonly IOptionsFactory<SharedModelsOptions> _factory;
    private readonly ILogger _logger;
    private readonly List<IDisposable> _registrations;

    public OptionsReload(
        SharedModelManager manager,
        IOptionsFactory<SharedModelsOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<SharedModelsOptions>> sources,
        ILoggerFactory? logs = null)
    {
        _manager = manager;
        _factory = factory;
        _logger = new SafeLogger((logs ?? NullLoggerFactory.Instance).CreateLogger<SharedModelManager>());

        // Not IOptionsMonitor: it throws what is wrong with the settings at whoever changes the configuration, and hands nothing out any more.
        _registrations = [.. sources.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private void Reload()
    {
        try
        {
            _manager.Configure(_factory.Create(Options.DefaultName));
            Log.OptionsChanged(_logger);
        }
#pragma warning disable CA1031 // Whatever is wrong with the settings, the application goes on with those from before.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.OptionsRefused(_logger, exception);
        }
    }
}
