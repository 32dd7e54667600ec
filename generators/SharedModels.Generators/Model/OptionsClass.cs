namespace SharedModels.Generators.Model;

/// <summary>A class whose properties are read from the configuration.</summary>
/// <param name="TypeName">The name that C# code can use anywhere.</param>
/// <param name="Properties">Those that can be read.</param>
internal sealed record OptionsClass(string TypeName, EquatableArray<OptionsProperty> Properties);
