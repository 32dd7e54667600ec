using Microsoft.Extensions.Configuration;

namespace SharedModels.Configuration;

/// <summary>Reads the options from a configuration section.</summary>
internal static class SharedModelsOptionsBinder
{
    public static void Bind(IConfigurationSection section, SharedModelsOptions options)
    {
        section.GetSection(nameof(options.Leasing)).Bind(options.Leasing);
        section.GetSection(nameof(options.Models)).Bind(options.Models);
        foreach (var kind in section.GetSection(nameof(options.Devices)).GetChildren())
        {
            // The colon of cuda:0 is also what configuration paths are divided by: the index arrives as a section of its own.
            var indexed = kind.GetChildren().Where(static child => child.Key.All(char.IsAsciiDigit)).ToList();
            foreach (var device in indexed)
                BindDevice($"{kind.Key}:{device.Key}", device, options);
            if (indexed.Count == 0)
                BindDevice(kind.Key, kind, options);
        }
    }

    private static void BindDevice(string name, IConfigurationSection section, SharedModelsOptions options)
    {
        if (!options.Devices.TryGetValue(name, out var device))
            options.Devices[name] = device = new DeviceOptions();
        section.Bind(device);
    }
}
