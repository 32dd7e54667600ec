namespace SharedModels.Generators.Model;

/// <summary>A kind of input that a model runs in batches.</summary>
/// <param name="Input">The type of an input, with its nullable annotation.</param>
/// <param name="Output">The type of an output, with its nullable annotation.</param>
/// <param name="IsPublic">True if other assemblies can use both types.</param>
internal sealed record BatchTypes(string Input, string Output, bool IsPublic);
