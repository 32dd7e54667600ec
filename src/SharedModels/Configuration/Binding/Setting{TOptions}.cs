namespace SharedModels.Configuration.Binding;

/// <summary>A key of the configuration, and how its text becomes a property's value.</summary>
/// <param name="Key">The last part of the key, which is the name of the property.</param>
/// <param name="Apply">Sets the property from a text. Returns what is allowed instead if the text cannot be used.</param>
internal sealed record Setting<TOptions>(string Key, Func<TOptions, string, string?> Apply);
