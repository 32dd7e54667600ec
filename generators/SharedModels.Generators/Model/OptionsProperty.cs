namespace SharedModels.Generators.Model;

/// <summary>A property that is read from the configuration.</summary>
/// <param name="Name">Its name, and its key.</param>
/// <param name="Shape">How its value is written in the configuration.</param>
/// <param name="Parser">The expression that turns <c>text</c> into the value, or into an item of it; empty for a nested class.</param>
/// <param name="CanSet">Whether it can be given another value; if not, what it holds is filled.</param>
/// <param name="TypeName">The nested class, or the type of a dictionary's values.</param>
internal sealed record OptionsProperty(string Name, OptionsShape Shape, string Parser, bool CanSet, string TypeName);
