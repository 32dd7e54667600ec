using System.Globalization;

namespace SharedModels.Configuration.Binding;

/// <summary>Creates settings of each type.</summary>
internal static class Setting
{
    private static readonly TimeSpan LongestExample = TimeSpan.FromDays(1);

    public static Setting<TOptions> Time<TOptions>(string key, Action<TOptions, TimeSpan> set) => new(key, (options, text) =>
    {
        if (!TimeText.TryParse(text, out var time))
            return TimeFormat(text);
        set(options, time);
        return null;
    });

    public static Setting<TOptions> Number<TOptions>(string key, Action<TOptions, int> set) => new(key, (options, text) =>
    {
        if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            return $"The value must be a whole number up to {int.MaxValue}.";
        set(options, number);
        return null;
    });

    /// <summary>Creates a setting whose value is a number, or the word that means <see cref="SharedModelAttribute.All"/>.</summary>
    public static Setting<TOptions> NumberOrAll<TOptions>(string key, Action<TOptions, int> set) => new(key, (options, text) =>
    {
        if (!text.Trim().Equals(nameof(SharedModelAttribute.All), StringComparison.OrdinalIgnoreCase))
            return Number(key, set).Apply(options, text) is null ? null : $"The value must be a whole number up to {int.MaxValue}, or All.";
        set(options, SharedModelAttribute.All);
        return null;
    });

    public static Setting<TOptions> Factor<TOptions>(string key, Action<TOptions, double> set) => new(key, (options, text) =>
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return "The value must be a number such as 2 or 0.5.";
        set(options, number);
        return null;
    });

    public static Setting<TOptions> Switch<TOptions>(string key, Action<TOptions, bool> set) => new(key, (options, text) =>
    {
        if (!bool.TryParse(text, out var isOn))
            return "The value must be true or false.";
        set(options, isOn);
        return null;
    });

    public static Setting<TOptions> Text<TOptions>(string key, Action<TOptions, string> set) => new(key, (options, text) =>
    {
        set(options, text);
        return null;
    });

    public static Setting<TOptions> Preference<TOptions>(string key, Action<TOptions, DevicePreference> set) =>
        Choice(key, set, NearestPreference);

    /// <summary>Creates a setting whose value is a name of an enumeration.</summary>
    public static Setting<TOptions> Choice<TOptions, TEnum>(
        string key, Action<TOptions, TEnum> set, Func<string, string?>? findNearest = null)
        where TEnum : struct, Enum
        => new(key, (options, text) =>
        {
            // Enum.TryParse also accepts numbers and lists of names, which are not allowed.
            var names = Enum.GetNames<TEnum>();
            var name = Array.Find(names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                var nearest = findNearest is null ? NearestName.Find(text, names) : findNearest(text);
                return NamesOf<TEnum>() + (nearest is null ? "" : $" Did you mean '{nearest}'?");
            }

            set(options, Enum.Parse<TEnum>(name));
            return null;
        });

    /// <summary>Returns a message that lists the names of an enumeration.</summary>
    public static string NamesOf<TEnum>()
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        return $"The value must be {string.Join(", ", names[..^1])} or {names[^1]}.";
    }

    /// <summary>Returns a message that explains the time format. The example reads a bare number as seconds.</summary>
    public static string TimeFormat(string text)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        if (!isNumber || seconds < 1 || seconds >= LongestExample.TotalSeconds)
            seconds = 30;
        var unit = seconds == 1 ? "second" : "seconds";
        return $"Write a time as hh:mm:ss or d.hh:mm:ss, for example {TimeSpan.FromSeconds(seconds)} for {seconds} {unit}.";
    }

    private static string? NearestPreference(string text)
    {
        // By spelling, 'gpu' would be nearest to 'Cpu'.
        var isAccelerator = Device.TryParse(text.Trim().ToLowerInvariant(), out var device) && device.Kind is "gpu" or "cuda" or "mps";
        return isAccelerator ? nameof(DevicePreference.Accelerator) : NearestName.Find(text, Enum.GetNames<DevicePreference>());
    }
}
