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
        options.WorkingBytes = Parse(section, nameof(options.WorkingBytes), options.WorkingBytes);
        Bind(section.GetSection(nameof(options.ProviderOptions)), options.ProviderOptions);
        Bind(section.GetSection(nameof(options.SessionEntries)), options.SessionEntries);
    }

    /// <inheritdoc cref="Bind(IConfigurationSection, OnnxModelOptions)"/>
    public static void BindTextEmbedding(IConfigurationSection section, TextEmbeddingOptions options)
    {
        Bind(section, options);
        options.Vocabulary = section[nameof(options.Vocabulary)] ?? options.Vocabulary;
        options.MaxTokens = Parse(section, nameof(options.MaxTokens), options.MaxTokens);
        options.MaxRunTokens = Parse(section, nameof(options.MaxRunTokens), options.MaxRunTokens);
        options.Normalize = ParseBoolean(section, nameof(options.Normalize), options.Normalize);
        options.IsCased = ParseBoolean(section, nameof(options.IsCased), options.IsCased);
        if (section[nameof(options.Pooling)] is { } text)
            options.Pooling = Enum.TryParse<TextPooling>(text, ignoreCase: true, out var pooling) && Enum.IsDefined(pooling)
                ? pooling
                : throw Invalid(section, nameof(options.Pooling), text, $"one of {string.Join(", ", Enum.GetNames<TextPooling>())}");
    }

    private static T Parse<T>(IConfigurationSection section, string name, T present)
        where T : struct, ISpanParsable<T>
        => section[name] is not { } text ? present
            : T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
            : throw Invalid(section, name, text, "a whole number");

    private static bool ParseBoolean(IConfigurationSection section, string name, bool present) =>
        section[name] is not { } text ? present
        : bool.TryParse(text, out var value) ? value
        : throw Invalid(section, name, text, "true or false");

    private static InvalidOperationException Invalid(IConfigurationSection section, string name, string text, string expected) =>
        new($"{section.Path}:{name} is '{text}'. The value must be {expected}.");

    private static void Bind(IConfigurationSection section, Dictionary<string, string> settings)
    {
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && key.Length > 0)
                settings[key] = value;
        }
    }
}
