using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>A model with the name of its generated members.</summary>
/// <param name="Name">The name of the class for its first id, otherwise a name made from the id. All generated classes use it.</param>
/// <param name="Model">The class.</param>
/// <param name="Registration">The registration with the id.</param>
internal sealed record Accessor(string Name, ModelClass Model, ModelRegistration Registration)
{
    /// <summary>
    /// The names that a member cannot have: the names of the generated classes and their parameter, and of the members of
    /// <see cref="object"/>.
    /// </summary>
    private static readonly string[] ReservedNames =
    [
        "ModelLeases", "SharedModelIds", "provider", nameof(Equals), nameof(GetHashCode), nameof(GetType), nameof(ToString),
        nameof(MemberwiseClone), nameof(ReferenceEquals), "Finalize",
    ];

    /// <summary>The id as a C# literal.</summary>
    public string Id => CSharpLiteral.Of(Registration.Id);

    /// <summary>The type of the model's lease.</summary>
    public string Lease => $"global::SharedModels.IModelLease<{Model.TypeName}>";

    public static List<Accessor> For(EquatableArray<ModelClass> models)
    {
        var accessors = new List<Accessor>();
        var names = new HashSet<string>(ReservedNames, StringComparer.Ordinal);
        foreach (var model in models)
        {
            for (var i = 0; i < model.Registrations.Count; i++)
            {
                var fallback = PascalCase(model.Registrations[i].Id);
                accessors.Add(new(UniqueName(i == 0 ? model.Name : fallback, fallback, names), model, model.Registrations[i]));
            }
        }

        return accessors;
    }

    private static string UniqueName(string name, string fallback, HashSet<string> names)
    {
        var unique = SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || !TryTake(name, names) ? null : name;
        for (var number = 1; unique is null; number++)
        {
            var candidate = number == 1 ? fallback : fallback + number.ToString(CultureInfo.InvariantCulture);
            unique = TryTake(candidate, names) ? candidate : null;
        }

        return unique;
    }

    /// <summary>Reserves a name, and the name of the property's accessor.</summary>
    private static bool TryTake(string name, HashSet<string> names)
    {
        if (names.Contains(name) || names.Contains("get_" + name))
            return false;
        names.Add(name);
        names.Add("get_" + name);
        return true;
    }

    private static string PascalCase(string id)
    {
        var name = string.Concat(id.Split('.', '_', '-').Where(static part => part.Length > 0).Select(
            static part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
        return name.Length > 0 && char.IsLetter(name[0]) ? name : "_" + name;
    }
}
