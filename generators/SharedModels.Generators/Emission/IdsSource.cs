using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>SharedModelIds</c>.</summary>
internal static class IdsSource
{
    public const string Type = "SharedModelIds";

    public static string Declare() => SourceWriter.Declare(
        "The ids of this application's models, for attributes and for methods that take an id.", $"static partial class {Type}");

    public static void Append(StringBuilder source, NamedModel model)
    {
        foreach (var (name, registration) in model.Registrations)
        {
            source.Append($"""
                        /// <summary>The id <c>{registration.Id}</c> of a <see cref="{model.Model.TypeName}"/>.</summary>
                        public const string {name} = {registration.Literal};


                """);
        }
    }
}
