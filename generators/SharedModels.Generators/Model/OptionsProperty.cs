namespace SharedModels.Generators.Model;

/// <summary>A property that is bound to the configuration.</summary>
/// <param name="Name">The name of the property, which is also its key.</param>
/// <param name="Shape">The form of the value in the configuration.</param>
/// <param name="Parser">The expression that converts <c>text</c> to the value or to one of its items. Empty for a nested class.</param>
/// <param name="CanSet">True if the property can be assigned. Otherwise, its existing value is filled.</param>
/// <param name="TypeName">The nested class, the value type of a dictionary, or the method of LINQ that creates a list.</param>
internal sealed record OptionsProperty(string Name, OptionsShape Shape, string Parser, bool CanSet, string TypeName);
