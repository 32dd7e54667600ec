using SharedModels.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.RealModels;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>Pretrained text models of packages, and texts for them.</summary>
internal static class TextModels
{
    private static readonly string[] Words =
        "the a model loads moves serves every request in its order and returns one vector per text to the caller that waits for it"
            .Split(' ');

    /// <summary>all-MiniLM-L6-v2.</summary>
    public static TextEmbeddingOptions MiniLm() => OptionsOf(RealModel.MiniLm, TextPooling.Mean);

    /// <summary>snowflake-arctic-embed-xs.</summary>
    public static TextEmbeddingOptions ArcticXs() => OptionsOf(RealModel.ArcticXs, TextPooling.First);

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

    private static TextEmbeddingOptions OptionsOf(string path, TextPooling pooling) => new()
    {
        Path = path,
        Vocabulary = RealModel.Vocabulary,
        Pooling = pooling,
    };
}
