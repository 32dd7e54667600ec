using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>A step of the lease flow: the effect of an operation on a lease.</summary>
/// <param name="Kind">The effect.</param>
/// <param name="Key">The lease, or <see langword="null"/> for a fetch.</param>
/// <param name="Operation">The operation.</param>
internal readonly record struct LeaseStep(LeaseStepKind Kind, LeaseKey? Key, IOperation Operation);
