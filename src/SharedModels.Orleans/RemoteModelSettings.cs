using Microsoft.Extensions.Configuration;
using SharedModels.Clustering;
using SharedModels.Configuration.Binding;

namespace SharedModels.Orleans;

/// <summary>Reads the settings of calls between machines.</summary>
internal static class RemoteModelSettings
{
    private static readonly IReadOnlyList<Setting<RemoteModelOptions>> Settings =
    [
        Setting.Number<RemoteModelOptions>(
            nameof(RemoteModelOptions.MaxRemoteBytes), static (options, value) => options.MaxRemoteBytes = value),
        Setting.Switch<RemoteModelOptions>(
            nameof(RemoteModelOptions.IncludeExceptionDetails), static (options, value) => options.IncludeExceptionDetails = value),
    ];

    /// <summary>Returns a delegate that reads a section.</summary>
    public static Action<RemoteModelOptions> Of(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return options =>
        {
            options.KeyPrefix = $"{section.Path}:";
            SharedModelsOptionsBinder.BindSettings(section, Settings, options, options.Report, RoutingSettings.Key);
            options.Routing = RoutingSettings.Bind(section, options.Routing, options.Report);
        };
    }
}
