using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>A library whose models are excluded.</summary>
/// <param name="Name">The name of its assembly, as written in the attribute.</param>
/// <param name="Location">The location of the attribute.</param>
internal sealed record ExcludedLibrary(string Name, LocationInfo? Location);
