using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the assembly attributes that applications use to find a library's models.</summary>
internal static class ExportsSource
{
    public static string? Emit(EquatableArray<ModelClass> models)
    {
        if (!models.Any(static model => model.IsPublic))
            return null;
        var source = SourceWriter.Begin();
        foreach (var model in models.Where(static model => model.IsPublic))
            source.Append($"[assembly: global::SharedModels.SharedModelExport(typeof({model.TypeName}))]\n");
        return source.ToString();
    }
}
