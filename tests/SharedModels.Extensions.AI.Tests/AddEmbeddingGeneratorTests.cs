using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Extensions.AI.Tests;

/// <summary>Embedding generators in a container and in the pipeline of Microsoft.Extensions.AI.</summary>
public sealed class AddEmbeddingGeneratorTests
{
    private readonly LetterCounter _first = new();
    private readonly LetterCounter _second = new();

    [Fact]
    public async Task Generators_are_registered_by_the_id_of_their_model_and_the_first_without_one()
    {
        await using var provider = Build();
        foreach (var (key, model) in ((string?, LetterCounter)[])[("first", _first), ("second", _second), (null, _first)])
        {
            var generator = key is null
                ? provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()
                : provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(key);
            var before = model.Batches.Count;
            Assert.Equal("1 1 1", Text(await generator.GenerateVectorAsync("abc")));
            Assert.Equal(before + 1, model.Batches.Count);
        }
    }

    [Fact]
    public async Task A_pipeline_caches_what_the_model_computes()
    {
        await using var provider = Build(static services =>
        {
            services.AddSingleton<IDistributedCache>(new MemoryCacheStub());
            services.AddEmbeddingGenerator(Inner).UseDistributedCache();
        });
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        for (var i = 0; i < 3; i++)
            Assert.Equal("3 0 0", Text(await generator.GenerateVectorAsync("aaa")));
        Assert.Equal([1], _first.Batches);
        Assert.Equal("first", generator.GetRequiredService<EmbeddingGeneratorMetadata>().DefaultModelId);
    }

    [Fact]
    public async Task A_pipeline_traces_calls_with_model_and_tokens()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "test.embeddings",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider =
            Build(static services => services.AddEmbeddingGenerator(Inner).UseOpenTelemetry(sourceName: "test.embeddings"));
        await provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateAsync(["one two three"]);
        var activity = Assert.Single(activities);
        Assert.Equal(
            ("first", 3), (activity.GetTagItem("gen_ai.request.model"), Convert.ToInt32(activity.GetTagItem("gen_ai.usage.input_tokens"))));
    }

    [Fact]
    public void An_invalid_batch_size_is_reported_at_registration() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection()
            .AddSharedModelManager()
            .AddEmbeddingGenerator<LetterCounter>(
                "first", new() { Embed = static (model, texts, token) => model.Embed(texts, token), MaxBatchSize = 0 }));

    private static string Text(ReadOnlyMemory<float> vector) => string.Join(' ', vector.ToArray());

    private static IEmbeddingGenerator<string, Embedding<float>> Inner(IServiceProvider provider) =>
        provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("first");

    private ServiceProvider Build(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure?.Invoke(services);
        services.AddSharedModelManager()
            .AddModel("first", _ => _first)
            .AddModel("second", _ => _second)
            .AddEmbeddingGenerator<LetterCounter>(
                "first", static (model, texts, token) => model.Embed(texts, token), static (model, text) => model.CountTokens(text))
            .AddEmbeddingGenerator<LetterCounter>("second", static (model, texts, token) => model.Embed(texts, token));
        return services.BuildServiceProvider(validateScopes: true);
    }

    /// <summary>A distributed cache in memory.</summary>
    private sealed class MemoryCacheStub : IDistributedCache
    {
        private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

        public byte[]? Get(string key) => _values.GetValueOrDefault(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => _values.Remove(key);

        public Task RemoveAsync(string key, CancellationToken token = default)
        {
            Remove(key);
            return Task.CompletedTask;
        }

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _values[key] = value;

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Set(key, value, options);
            return Task.CompletedTask;
        }
    }
}
