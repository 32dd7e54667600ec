namespace SharedModels.Configuration;

/// <summary>All settings of a manager: the configuration section that <c>AddSharedModels</c> is given.</summary>
public sealed class SharedModelsOptions
{
    /// <summary>How requests wait.</summary>
    public LeasingOptions Leasing { get; set; } = new();

    /// <summary>Settings by device name (<c>cpu</c>, <c>cuda:0</c>); devices that are not named keep the defaults.</summary>
    public Dictionary<string, DeviceOptions> Devices { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Settings by model id; they go before those of the model's attribute.</summary>
    public Dictionary<string, ModelOptions> Models { get; } = new(StringComparer.OrdinalIgnoreCase);
}
