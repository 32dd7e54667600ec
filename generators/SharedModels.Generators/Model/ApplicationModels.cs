using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>All models of an application.</summary>
/// <param name="Models">The models of the application and its libraries, in registration order, each with the ids that it keeps.</param>
/// <param name="Problems">The reasons why models of libraries cannot be registered.</param>
internal sealed record ApplicationModels(EquatableArray<ModelClass> Models, EquatableArray<DiagnosticInfo> Problems);
