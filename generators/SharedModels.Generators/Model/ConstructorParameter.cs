namespace SharedModels.Generators.Model;

/// <summary>A constructor parameter that the container resolves.</summary>
/// <param name="Name">The name of the parameter.</param>
/// <param name="TypeName">The type, without its own nullable annotation.</param>
/// <param name="IsValueType">True if the type is a struct or an enum.</param>
/// <param name="TakesNull">True if the compiler accepts <see langword="null"/>.</param>
/// <param name="Key">The key of <c>[FromKeyedServices]</c> as a C# literal, or <see langword="null"/>.</param>
/// <param name="InheritsKey">True if the key is the id of the model.</param>
/// <param name="IsId">True if the argument is the id of the model.</param>
/// <param name="OptionsName">The options class of the model if the parameter is a monitor of it, or <see langword="null"/>.</param>
/// <param name="Default">
/// The value that replaces a missing service, as a C# literal, or <see langword="null"/> if the model requires the service.
/// </param>
internal sealed record ConstructorParameter(
    string Name,
    string TypeName,
    bool IsValueType,
    bool TakesNull,
    string? Key,
    bool InheritsKey,
    bool IsId,
    string? OptionsName,
    string? Default);
