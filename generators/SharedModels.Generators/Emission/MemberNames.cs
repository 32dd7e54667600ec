using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Names the generated members: after the class for its first id, and after the id for each further one.</summary>
internal static class MemberNames
{
    /// <summary>
    /// The names that a member cannot have: the names of the generated classes and their field, and of the members of
    /// <see cref="object"/>.
    /// </summary>
    private static readonly string[] ReservedNames =
    [
        "ModelLeases", "SharedModelIds", "_provider", nameof(Equals), nameof(GetHashCode), nameof(GetType), nameof(ToString),
        nameof(MemberwiseClone), nameof(ReferenceEquals), "Finalize",
    ];

    public static EquatableArray<NamedModel> For(EquatableArray<ModelClass> models)
    {
        var names = new HashSet<string>(ReservedNames, StringComparer.Ordinal);
        var options = new HashSet<string>(StringComparer.Ordinal);
        return new(models.Select(model => new NamedModel(
            model,
            new(model.Registrations.Select((registration, i) =>
            {
                var fallback = PascalCase(registration.Id);
                return UniqueName(i == 0 ? model.Name : fallback, fallback, names);
            })),
            new(model.Options.Where(part => options.Add(part.Signature))))));
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
