using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SharedModels.OnnxRuntime.DependencyInjection;

/// <summary>Reads the options of a model from its section without reflection.</summary>
internal static class OnnxModelOptionsBinder
{
    /// <exception cref="InvalidOperationException">A value is invalid.</exception>
    public static void Bind(IConfigurationSection section, OnnxModelOptions options)
    {
        options.Path = section[nameof(options.Path)] ?? options.Path;
        options.ExecutionProvider = section[nameof(options.ExecutionProvider)] ?? options.ExecutionProvider;
        options.OptimizedGraphFolder = section[nameof(options.OptimizedGraphFolder)] ?? options.OptimizedGraphFolder;
        if (section[nameof(options.WorkingBytes)] is { } text)
            options.WorkingBytes = long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes)
                ? bytes
                : throw new InvalidOperationException(
                    $"{section.Path}:{nameof(options.WorkingBytes)} is '{text}', which is not a number of bytes.");
        Bind(section.GetSection(nameof(options.ProviderOptions)), options.ProviderOptions);
        Bind(section.GetSection(nameof(options.SessionEntries)), options.SessionEntries);
    }

    private static void Bind(IConfigurationSection section, Dictionary<string, string> settings)
    {
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && key.Length > 0)
                settings[key] = value;
        }
    }
}
