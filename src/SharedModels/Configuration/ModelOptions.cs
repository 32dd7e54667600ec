namespace SharedModels.Configuration;

/// <summary>Settings for a model. Values that are <see langword="null"/> come from the model's attribute.</summary>
public sealed class ModelOptions
{
    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for the attribute's preference, which is <see cref="DevicePreference.Auto"/> by default.
    /// </value>
    public DevicePreference? Device { get; set; }

    /// <summary>The maximum number of holders that use the model at the same time.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for the attribute's number, which is 1 by default. -1
    /// (<see cref="SharedModelAttribute.PerProcessor"/>) for as many as the process has processors.
    /// </value>
    public int? MaxLeases { get; set; }

    /// <summary>The time that the model stays in memory after its last use.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for the attribute's time. Without one, the model stays until its memory is needed.
    /// </value>
    public TimeSpan? KeepAlive { get; set; }

    internal bool HasValidMaxLeases => MaxLeases is null or SharedModelAttribute.PerProcessor or >= 1;

    /// <summary><see langword="true"/> to start the application only after the model is on its device.</summary>
    /// <value>The default is <see langword="false"/>: the first request loads it.</value>
    public bool Preload { get; set; }

    /// <exception cref="FormatException">The attribute's <see cref="SharedModelAttribute.KeepAlive"/> is not a time.</exception>
    internal static ModelOptions From(SharedModelAttribute? attribute) => attribute is null ? new() : new()
    {
        Device = attribute.Device,
        MaxLeases = attribute.MaxLeases,
        KeepAlive = attribute.KeepAlive is { } text ? ReadKeepAlive(attribute, text) : null,
    };

    /// <summary>Returns these settings, with the defaults in place of those that are not set.</summary>
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
