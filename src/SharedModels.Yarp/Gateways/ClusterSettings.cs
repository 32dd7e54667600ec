using Microsoft.Extensions.Configuration;
using SharedModels.Clustering;
using SharedModels.Configuration.Binding;

namespace SharedModels.Yarp.Gateways;

/// <summary>Reads the settings of a gateway.</summary>
internal static class ClusterSettings
{
    private static readonly IReadOnlyList<Setting<ClusterOptions>> Settings =
    [
        Setting.Text<ClusterOptions>(nameof(ClusterOptions.NodePath), static (options, value) => options.NodePath = value),
        Setting.Time<ClusterOptions>(nameof(ClusterOptions.ActivityTimeout), static (options, value) => options.ActivityTimeout = value),
        Setting.Time<ClusterOptions>(nameof(ClusterOptions.ConnectTimeout), static (options, value) => options.ConnectTimeout = value),
    ];

    public static void Bind(IConfigurationSection section, ClusterOptions options)
    {
        options.KeyPrefix = $"{section.Path}:";
        SharedModelsOptionsBinder.BindSettings(
            section, Settings, options, options.Report, nameof(options.Nodes), RoutingSettings.Key);
        foreach (var node in section.GetSection(nameof(options.Nodes)).GetChildren())
            options.Nodes.Add(node.Value ?? "");
        options.Routing = RoutingSettings.Bind(section, options.Routing, options.Report);
    }
}
