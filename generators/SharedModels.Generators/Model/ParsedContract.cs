using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Model;

/// <summary>The result of parsing an interface.</summary>
/// <param name="Contract">The contract, or <see langword="null"/> if the interface cannot be one.</param>
/// <param name="Diagnostics">The problems.</param>
internal sealed record ParsedContract(RemoteContract? Contract, EquatableArray<DiagnosticInfo> Diagnostics);
