namespace SharedModels.Generators.Model;

/// <summary>A method of a contract.</summary>
/// <param name="Key">The name with the types of the parameters, which identifies the method on other machines.</param>
/// <param name="Name">The name.</param>
/// <param name="DeclaringType">The interface that declares it.</param>
/// <param name="ReturnType">The type that it returns.</param>
/// <param name="Kind">The kind of <paramref name="ReturnType"/>.</param>
/// <param name="ResultType">The type of the result or of the items, or <see langword="null"/> if there is none.</param>
/// <param name="MayRetry">True if the method can be computed twice.</param>
/// <param name="Parameters">The parameters.</param>
internal sealed record RemoteMethod(
    string Key,
    string Name,
    string DeclaringType,
    string ReturnType,
    RemoteReturn Kind,
    string? ResultType,
    bool MayRetry,
    EquatableArray<RemoteParameter> Parameters);
