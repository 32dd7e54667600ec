namespace SharedModels.Generators.Model;

/// <summary>A parameter of a method of a contract.</summary>
/// <param name="Name">The name.</param>
/// <param name="TypeName">The fully qualified name of its type.</param>
/// <param name="IsToken">True if it is the cancellation token, which is not serialized.</param>
internal sealed record RemoteParameter(string Name, string TypeName, bool IsToken);
