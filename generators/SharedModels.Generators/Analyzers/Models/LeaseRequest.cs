using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>A place in the code that receives or requests a lease.</summary>
/// <param name="Type">The class of the model.</param>
/// <param name="Location">The location of the type.</param>
/// <param name="IsInjected">True if the container provides the lease. It does so only for the class of a registration itself.</param>
internal sealed record LeaseRequest(INamedTypeSymbol Type, Location Location, bool IsInjected);
