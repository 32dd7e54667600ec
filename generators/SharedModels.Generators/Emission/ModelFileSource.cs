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
        var source = SourceWriter.Begin().Append("namespace Microsoft.Extensions.DependencyInjection\n{\n");
        AppendPart(RegistrationSource.Type, RegistrationSource.Append);
        CloseBlock();
        source.Append("namespace SharedModels\n{\n");
        AppendPart(LeasesSource.Type, LeasesSource.Append);
        AppendPart(IdsSource.Type, IdsSource.Append);
        AppendPart(FetchesSource.Type, FetchesSource.Append);
        AppendPart(RunsSource.Type, RunsSource.Append);
        AppendPart(CatalogSource.Type, CatalogSource.Append);
        AppendPart(OptionsSource.Type, OptionsSource.Append);
        CloseBlock();
        source.Length--;
        return source.ToString();

        void AppendPart(string type, Action<StringBuilder, NamedModel> append)
        {
            var start = source.Length;
            source.Append($"    partial class {type}\n    {{\n");
            var body = source.Length;
            foreach (var model in file.Models)
                append(source, model);
            if (source.Length == body)
                source.Length = start;
            else
                CloseBlock("    ");
        }

        // Replaces the blank line after the last member.
        void CloseBlock(string indent = "")
        {
            source.Length--;
            source.Append($"{indent}}}\n\n");
        }
    }
}
