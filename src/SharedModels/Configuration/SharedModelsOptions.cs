using SharedModels.Configuration.Binding;

namespace SharedModels.Configuration;

/// <summary>All settings of a manager, as in the configuration section that is passed to <c>AddSharedModels</c>.</summary>
public sealed class SharedModelsOptions
{
    /// <summary>Settings for requests and leases.</summary>
    /// <value>A <see cref="LeasingOptions"/> with default values.</value>
    public LeasingOptions Leasing { get; set; } = new();

    /// <summary>Settings by device name (<c>cpu</c>, <c>cuda:0</c>). Devices without an entry use the defaults.</summary>
    /// <value>Empty by default.</value>
    public Dictionary<string, DeviceOptions> Devices { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Settings by model id. They override the model's attribute.</summary>
    /// <value>Empty by default.</value>
    public Dictionary<string, ModelOptions> Models { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Settings by tenant, as in <see cref="AcquireOptions.Tenant"/>. Tenants without an entry use the defaults. Names are case-sensitive.
    /// </summary>
    /// <value>Empty by default.</value>
    public Dictionary<string, TenantOptions> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>The errors and warnings found while reading the options from the configuration.</summary>
    internal BindingReport Report { get; } = new();
}
