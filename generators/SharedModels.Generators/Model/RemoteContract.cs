namespace SharedModels.Generators.Model;

/// <summary>An interface with <c>[RemoteModel]</c>.</summary>
/// <param name="TypeName">The fully qualified name.</param>
/// <param name="Name">A name that is unique among the contracts of the assembly and valid as the name of a class.</param>
/// <param name="Id">The literal of the id of its model.</param>
/// <param name="Methods">The methods, including inherited ones.</param>
internal sealed record RemoteContract(string TypeName, string Name, string Id, EquatableArray<RemoteMethod> Methods);
