namespace SharedModels.Generators.Model;

/// <summary>A parameter whose argument comes from the container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">Its type, without a nullable annotation.</param>
/// <param name="Key">The key of <c>[FromKeyedServices]</c> as a C# literal, or <see langword="null"/>.</param>
/// <param name="IsOptional">Whether the model does without it: it has a default value.</param>
internal sealed record ConstructorParameter(string Name, string TypeName, string? Key, bool IsOptional);
