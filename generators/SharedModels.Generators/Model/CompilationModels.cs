namespace SharedModels.Generators.Model;

/// <summary>Everything that the generator reads from a compilation.</summary>
/// <param name="Models">Its own models, ordered by class name.</param>
/// <param name="Excluded">The names of the excluded libraries.</param>
/// <param name="Libraries">The referenced libraries.</param>
internal sealed record CompilationModels(EquatableArray<ModelClass> Models, EquatableArray<string> Excluded, Libraries Libraries);
