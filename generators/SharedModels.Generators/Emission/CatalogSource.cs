using System.Globalization;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>SharedModelCatalog</c>, which an application without models has too.</summary>
internal static class CatalogSource
{
    public static string Emit(List<Accessor> accessors)
    {
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace SharedModels
            {
                /// <summary>What the attributes of this application's models say; the manager's snapshot tells what the models are doing.</summary>
                {{SourceWriter.Marks}}
                internal static class SharedModelCatalog
                {
                    /// <summary>All models: those of the application first, then those of each library, by the names of their classes.</summary>
                    public static global::System.Collections.Generic.IReadOnlyList<global::SharedModels.SharedModelInfo> All { get; } = global::System.Array.AsReadOnly(new global::SharedModels.SharedModelInfo[]
                    {

            """);
        foreach (var accessor in accessors)
        {
            source.Append(
                $"            new({accessor.Id}, typeof({accessor.Model.TypeName}), "
                + $"global::SharedModels.SharedModelKind.{accessor.Model.Kind}){SettingsOf(accessor.Registration)},\n");
        }

        return source.Append("""
                    });

                    /// <summary>Looks a model up by its id; upper and lower case are the same.</summary>
                    /// <param name="id">The id.</param>
                    /// <param name="model">What the model's attribute says, or <see langword="null"/>.</param>
                    /// <returns>Whether there is such a model.</returns>
                    public static bool TryGet(string id, [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out global::SharedModels.SharedModelInfo? model)
                    {
                        foreach (var known in All)
                        {
                            if (string.Equals(known.Id, id, global::System.StringComparison.OrdinalIgnoreCase))
                            {
                                model = known;
                                return true;
                            }
                        }

                        model = null;
                        return false;
                    }
                }
            }

            """).ToString();
    }

    private static string SettingsOf(ModelRegistration registration)
    {
        var settings = new List<string>();
        if (registration.Device is { } device)
            settings.Add($"Device = global::SharedModels.DevicePreference.{device}");
        if (registration.MaxLeases is { } maxLeases)
            settings.Add($"MaxLeases = {maxLeases.ToString(CultureInfo.InvariantCulture)}");
        if (registration.KeepAlive is { } keepAlive)
            settings.Add($"KeepAlive = {CSharpLiteral.OfTime(keepAlive)}");
        return settings.Count == 0 ? "" : $" {{ {string.Join(", ", settings)} }}";
    }
}
