using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>What an operation does to a lease.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The lease; for a group acquisition, <see langword="null"/>.</param>
/// <param name="Operation">Where.</param>
internal readonly record struct LeaseStep(LeaseStepKind Kind, LeaseKey? Key, IOperation Operation);
