using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>What was read of a class with <c>[SharedModel]</c>.</summary>
/// <param name="Model">The class; <see langword="null"/> if nothing of it can be registered.</param>
/// <param name="Locations">
/// Where the attribute of each of its registrations stands. Kept apart from the class, so that moving it changes no output.
/// </param>
/// <param name="Diagnostics">What is wrong with it.</param>
internal sealed record ParsedModel(ModelClass? Model, EquatableArray<LocationInfo> Locations, EquatableArray<DiagnosticInfo> Diagnostics);
