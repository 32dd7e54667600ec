namespace SharedModels.Generators.Model;

/// <summary>A parameter whose argument comes from the container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">Its type, without a nullable annotation of its own.</param>
/// <param name="IsValueType">Whether the type is a struct or an enum.</param>
/// <param name="TakesNull">Whether the compiler lets it be <see langword="null"/>.</param>
/// <param name="Key">The key of <c>[FromKeyedServices]</c> as a C# literal, or <see langword="null"/>.</param>
/// <param name="InheritsKey">Whether the key is the id of the model.</param>
/// <param name="IsId">Whether it takes the id of the model itself.</param>
/// <param name="OptionsName">The class of the model's own options if it takes a monitor of them, or <see langword="null"/>.</param>
/// <param name="Default">
/// What stands for a service that is not there, as a C# literal, or <see langword="null"/> if the model needs the service.
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
