using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>A library whose models are left out.</summary>
/// <param name="Name">The name of its assembly, as written.</param>
/// <param name="Location">Where the application says so.</param>
internal sealed record ExcludedLibrary(string Name, LocationInfo? Location);
