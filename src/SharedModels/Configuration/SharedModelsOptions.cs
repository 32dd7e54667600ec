using SharedModels.Configuration.Binding;

namespace SharedModels.Configuration;

/// <summary>All settings of a manager, as in the configuration section that <c>AddSharedModels</c> is given.</summary>
public sealed class SharedModelsOptions
{
    /// <summary>Settings for requests and leases.</summary>
    /// <value>The default is a <see cref="LeasingOptions"/> with its defaults.</value>
    public LeasingOptions Leasing { get; set; } = new();

    /// <summary>Settings by device name (<c>cpu</c>, <c>cuda:0</c>). Devices that are not named use the defaults.</summary>
    /// <value>Empty by default.</value>
    public Dictionary<string, DeviceOptions> Devices { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Settings by model id. They override the model's attribute.</summary>
    /// <value>Empty by default.</value>
    public Dictionary<string, ModelOptions> Models { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was found while the options were read from the configuration.</summary>
    internal BindingReport Report { get; } = new();
}
