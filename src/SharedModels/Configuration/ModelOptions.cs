using System.Globalization;

namespace SharedModels.Configuration;

/// <summary>How a model is shared; what is <see langword="null"/> is as the model's attribute says.</summary>
public sealed class ModelOptions
{
    /// <summary>Where the model wants to run.</summary>
    /// <value><see langword="null"/> (the default) for the attribute's, which is <see cref="DevicePreference.Auto"/> unless it says otherwise.</value>
    public DevicePreference? Device { get; set; }

    /// <summary>How many holders may use the model at once.</summary>
    /// <value><see langword="null"/> (the default) for the attribute's, which is 1 unless it says otherwise.</value>
    public int? MaxLeases { get; set; }

    /// <summary>How long the model stays in memory after its last use.</summary>
    /// <value><see langword="null"/> (the default) for the attribute's; if that has none either, until its memory is needed.</value>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Whether the application starts only once the model is on its device.</summary>
    /// <value>The default is <see langword="false"/>: the first request loads it.</value>
    public bool Preload { get; set; }

    /// <exception cref="FormatException">The attribute's <see cref="SharedModelAttribute.KeepAlive"/> is not a time.</exception>
    internal static ModelOptions From(SharedModelAttribute? attribute) => attribute is null ? new() : new()
    {
        Device = attribute.Device,
        MaxLeases = attribute.MaxLeases,
        KeepAlive = attribute.KeepAlive is { } time ? TimeSpan.Parse(time, CultureInfo.InvariantCulture) : null,
    };

    /// <summary>These settings where they say something, the others elsewhere.</summary>
    internal ModelOptions Over(ModelOptions defaults) => new()
    {
        Device = Device ?? defaults.Device,
        MaxLeases = MaxLeases ?? defaults.MaxLeases,
        KeepAlive = KeepAlive ?? defaults.KeepAlive,
        Preload = Preload || defaults.Preload,
    };
}
