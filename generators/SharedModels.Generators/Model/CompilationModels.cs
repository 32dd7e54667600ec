namespace SharedModels.Generators.Model;

/// <summary>All that the generator reads of a compilation.</summary>
/// <param name="Models">Its own models, in the order of their classes' names.</param>
/// <param name="Excluded">The names of the libraries that it leaves out.</param>
/// <param name="Libraries">What it references.</param>
internal sealed record CompilationModels(EquatableArray<ModelClass> Models, EquatableArray<string> Excluded, Libraries Libraries);
