namespace SharedModels.Generators.Model;

/// <summary>All that the generator reads of a compilation.</summary>
/// <param name="Parsed">What its files have, in the order of their paths.</param>
/// <param name="Excluded">The libraries that it leaves out.</param>
/// <param name="Libraries">What it references.</param>
internal sealed record CompilationModels(EquatableArray<ParsedModel> Parsed, EquatableArray<ExcludedLibrary> Excluded, Libraries Libraries);
