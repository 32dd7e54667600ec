namespace SharedModels.Configuration;

/// <summary>Settings for a model. The model's attribute provides the values that are <see langword="null"/>.</summary>
public sealed class ModelOptions
{
    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's preference, which is <see cref="DevicePreference.Auto"/> by default.
    /// </value>
    public DevicePreference? Device { get; set; }

    /// <summary>The maximum number of holders that can use the model at the same time.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's number, which is 1 by default. -1
    /// (<see cref="SharedModelAttribute.PerProcessor"/>) means the number of the process's processors.
    /// </value>
    public int? MaxLeases { get; set; }

    /// <summary>The time that the model stays in memory after its last use.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's time. If that is not set, the model stays until its memory is needed.
    /// </value>
    public TimeSpan? KeepAlive { get; set; }

    internal bool HasValidMaxLeases => MaxLeases is null or SharedModelAttribute.PerProcessor or >= 1;

    /// <summary>
    /// Gets or sets a value that indicates whether the model is moved to its device before the application starts to serve requests.
    /// </summary>
    /// <value>The default is <see langword="false"/>: the first request loads the model.</value>
    public bool Preload { get; set; }

    /// <exception cref="FormatException">The attribute's <see cref="SharedModelAttribute.KeepAlive"/> is not a valid time.</exception>
    internal static ModelOptions From(SharedModelAttribute? attribute) => attribute is null ? new() : new()
    {
        Device = attribute.Device,
        MaxLeases = attribute.MaxLeases,
        KeepAlive = attribute.KeepAlive is { } text ? ReadKeepAlive(attribute, text) : null,
    };

    /// <summary>Returns these settings, with unset values taken from the defaults.</summary>
    internal ModelOptions Over(ModelOptions defaults) => new()
    {
        Device = Device ?? defaults.Device,
        MaxLeases = MaxLeases ?? defaults.MaxLeases,
        KeepAlive = KeepAlive ?? defaults.KeepAlive,
        Preload = Preload || defaults.Preload,
    };

    private static TimeSpan ReadKeepAlive(SharedModelAttribute attribute, string text)
    {
        if (TimeText.TryParse(text, out var time))
            return time;
        var id = attribute.Id is null ? "" : $"\"{attribute.Id}\", ";
        throw new FormatException($"[SharedModel({id}KeepAlive = \"{text}\")] has no valid time. {Binding.Setting.TimeFormat(text)}");
    }
}
