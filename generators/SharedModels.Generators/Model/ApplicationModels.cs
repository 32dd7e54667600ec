using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>All models of an application.</summary>
/// <param name="Models">Its own and those of libraries, each with the ids that it keeps, in the order in which they are registered.</param>
/// <param name="Problems">What keeps a library's models from being registered.</param>
internal sealed record ApplicationModels(EquatableArray<ModelClass> Models, EquatableArray<DiagnosticInfo> Problems);
