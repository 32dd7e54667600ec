using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the parts of the generated classes that concern the models of one file.</summary>
internal static class ModelFileSource
{
    public static string? Emit(ModelFile file)
    {
        if (file.Models.Count == 0)
            return null;
        var registration = Namespace(
            "Microsoft.Extensions.DependencyInjection", Part(RegistrationSource.Type, RegistrationSource.Append));
        var accessors = Namespace(
            "SharedModels",
            Part(LeasesSource.Type, LeasesSource.Append),
            Part(IdsSource.Type, IdsSource.Append),
            Part(FetchesSource.Type, FetchesSource.Append),
            Part(RunsSource.Type, RunsSource.Append),
            Part(CatalogSource.Type, CatalogSource.Append),
            Part(OptionsSource.Type, OptionsSource.Append));
        return SourceWriter.Begin().Append($"{registration}\n{accessors}").ToString();

        string Part(string type, Action<StringBuilder, NamedModel> append)
        {
            var members = new StringBuilder();
            foreach (var model in file.Models)
                append(members, model);
            return members.Length == 0 ? "" : $"    partial class {type}\n    {{\n{members.ToString().TrimEnd('\n')}\n    }}\n";
        }
    }

    private static string Namespace(string name, params string[] parts) =>
        $"namespace {name}\n{{\n{string.Join("\n", parts.Where(static part => part.Length > 0))}}}\n";
}
