using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Hosting;

namespace SharedModels.DependencyInjection;

/// <summary>Applies options that change while the application runs. Invalid options are logged and ignored.</summary>
internal sealed class OptionsReload : IDisposable
{
    private readonly SharedModelManager _manager;
    private readonly IOptionsFactory<SharedModelsOptions> _factory;
    private readonly ILogger _logger;
    private readonly HashSet<string> _warnings;
    private readonly List<IDisposable> _registrations;

    public OptionsReload(
        SharedModelManager manager,
        IOptions<SharedModelsOptions> options,
        IOptionsFactory<SharedModelsOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<SharedModelsOptions>> sources,
        ILoggerFactory? logs = null)
    {
        _manager = manager;
        _factory = factory;
        _warnings = [.. options.Value.Report.Warnings];
        _logger = new SafeLogger((logs ?? NullLoggerFactory.Instance).CreateLogger<SharedModelManager>());

        // IOptionsMonitor is not suitable: with invalid settings it throws in the code that changes the configuration and has no value
        // afterwards.
        _registrations = [.. sources.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private void Reload()
    {
        try
        {
            var options = _factory.Create(Options.DefaultName);
            _manager.Configure(options);
            Log.OptionsChanged(_logger);
            StartWarnings.Log(_logger, options.Report.Warnings.Where(_warnings.Add));
        }
#pragma warning disable CA1031 // The application continues with the previous settings, whatever the error is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.OptionsRejected(_logger, exception);
        }
    }
}
