using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>The result of parsing a class with <c>[SharedModel]</c>.</summary>
/// <param name="Model">The class, or <see langword="null"/> if it has no valid registration.</param>
/// <param name="Locations">
/// The locations of the attributes of the registrations. They are not part of the class, so that moving it does not change the output.
/// </param>
/// <param name="Diagnostics">The problems of the class.</param>
internal sealed record ParsedModel(ModelClass? Model, EquatableArray<LocationInfo> Locations, EquatableArray<DiagnosticInfo> Diagnostics);
