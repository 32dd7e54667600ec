namespace SharedModels.Configuration.Binding;

/// <summary>A configuration key and the conversion of its text to a property's value.</summary>
/// <param name="Key">The last part of the key, which is the name of the property.</param>
/// <param name="Apply">Sets the property from a text. If the text is invalid, returns a message that says what is allowed.</param>
internal sealed record Setting<TOptions>(string Key, Func<TOptions, string, string?> Apply);
