using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the assembly attributes that applications use to find a library's models.</summary>
internal static class ExportsSource
{
    public static string? Emit(EquatableArray<string> types)
    {
        if (types.Count == 0)
            return null;
        var source = SourceWriter.Begin();
        foreach (var type in types)
            source.Append($"[assembly: global::SharedModels.SharedModelExport(typeof({type}))]\n");
        return source.ToString();
    }
}
