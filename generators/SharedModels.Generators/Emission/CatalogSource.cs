using System.Globalization;
using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>SharedModelCatalog</c>, even for an application without models.</summary>
internal static class CatalogSource
{
    public const string Type = "SharedModelCatalog";

    private const string List = "global::System.Collections.Generic.List<global::SharedModels.SharedModelInfo>";

    public static string Emit(EquatableArray<string> names)
    {
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace SharedModels
            {
                /// <summary>The models of this application as their attributes describe them. The manager's snapshot contains their current state.</summary>
                {{SourceWriter.Marks}}
                internal static partial class {{Type}}
                {
                    /// <summary>All models, ordered by class name: first the application's own models, then the models of each library.</summary>
                    public static global::System.Collections.Generic.IReadOnlyList<global::SharedModels.SharedModelInfo> All { get; } = Collect();


            """);
        source.Append("""
                    /// <summary>Finds a model by its id. The comparison is not case-sensitive.</summary>
                    /// <param name="id">The id.</param>
                    /// <param name="model">The model, or <see langword="null"/> if no model has the id.</param>
                    /// <returns><see langword="true"/> if a model has the id; otherwise, <see langword="false"/>.</returns>
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

                    private static global::System.Collections.Generic.IReadOnlyList<global::SharedModels.SharedModelInfo> Collect()
                    {

            """);
        source.Append($"            var models = new {List}();\n");
        foreach (var name in names)
            source.Append($"            Add{name}(models);\n");
        return source.Append("            return models.AsReadOnly();\n        }\n    }\n}\n").ToString();
    }

    public static void Append(StringBuilder source, NamedModel model)
    {
        source.Append($"        private static void Add{model.Name}({List} models)\n        {{\n");
        foreach (var registration in model.Model.Registrations)
        {
            source.Append(
                $"            models.Add(new({registration.Literal}, typeof({model.Model.TypeName}), "
                + $"global::SharedModels.SharedModelKind.{model.Model.Kind}){SettingsOf(registration)});\n");
        }

        source.Append("        }\n\n");
    }

    private static string SettingsOf(ModelRegistration registration)
    {
        var settings = new List<string>();
        if (registration.Device is { } device)
            settings.Add($"Device = global::SharedModels.DevicePreference.{device}");
        if (registration.MaxLeases is { } maxLeases)
            settings.Add($"MaxLeases = {maxLeases.ToString(CultureInfo.InvariantCulture)}");
        if (registration.MaxReplicas is { } maxReplicas)
            settings.Add($"MaxReplicas = {maxReplicas.ToString(CultureInfo.InvariantCulture)}");
        if (registration.KeepAlive is { } keepAlive)
            settings.Add($"KeepAlive = {CSharpLiteral.OfTime(keepAlive)}");
        return settings.Count == 0 ? "" : $" {{ {string.Join(", ", settings)} }}";
    }
}
