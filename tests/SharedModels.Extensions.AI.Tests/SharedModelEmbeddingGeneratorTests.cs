using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace SharedModels.Extensions.AI.Tests;

public sealed class SharedModelEmbeddingGeneratorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly LetterCounter _model = new();
    private readonly SharedModelManager _manager = new();

    public SharedModelEmbeddingGeneratorTests() => _manager.Add(_model, "letters");

    [Fact]
    public async Task Each_text_gets_its_embedding_with_the_model_and_the_time()
    {
        using var generator = Create();
        var embeddings = await generator.GenerateAsync(["a cab", "bb"]);
        Assert.Equal([[2, 1, 1], [0, 2, 0]], embeddings.Select(static embedding => embedding.Vector.ToArray()));
        Assert.All(
            embeddings, static embedding => Assert.Equal(("letters", DateTimeOffset.UnixEpoch), (embedding.ModelId, embedding.CreatedAt)));
    }

    [Fact]
    public async Task Several_texts_are_computed_together_up_to_the_maximum()
    {
        using var generator = Create(maxBatchSize: 3);
        var texts = Enumerable.Range(0, 8).Select(static i => new string('b', i)).ToList();
        var embeddings = await generator.GenerateAsync(texts);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], embeddings.Select(static embedding => embedding.Vector.Span[1]));
        Assert.Equal([3, 3, 2], _model.Batches);
        Assert.Equal(8, embeddings.Usage?.InputTokenCount);
    }

    [Fact]
    public async Task The_usage_has_the_tokens_of_all_texts()
    {
        using var generator = Create();
        var usage = (await generator.GenerateAsync(["one two", "three four five"])).Usage;
        Assert.Equal((5, 5), (usage?.InputTokenCount, usage?.TotalTokenCount));
    }

    [Fact]
    public async Task A_model_that_does_not_count_tokens_has_no_usage()
    {
        using var generator = new SharedModelEmbeddingGenerator<LetterCounter>(_manager, "letters", new() { Embed = Embed });
        Assert.Null((await generator.GenerateAsync(["a"])).Usage);
    }

    [Fact]
    public async Task Batches_of_the_model_are_used_only_without_other_code()
    {
        _manager.Add(new LengthModel(), "length");
        using var own = new SharedModelEmbeddingGenerator<LengthModel>(_manager, "length", new());
        using var other = new SharedModelEmbeddingGenerator<LengthModel>(
            _manager, "length", new() { Embed = static (model, texts, token) => model.InvokeBatch([.. texts.Select(Twice)], token) });
        using var counting = new SharedModelEmbeddingGenerator<LengthModel>(
            _manager, "length", new() { CountTokens = static (_, text) => text.Length });
        Assert.Equal(2, (await own.GenerateVectorAsync("ab")).Span[0]);
        Assert.Equal(4, (await other.GenerateVectorAsync("ab")).Span[0]);
        var counted = await counting.GenerateAsync(["ab", "abc"]);
        Assert.Equal((2, 3, 5), (counted[0].Vector.Span[0], counted[1].Vector.Span[0], counted.Usage?.InputTokenCount));

        static string Twice(string text) => text + text;
    }

    [Fact]
    public async Task A_call_with_many_texts_does_not_fill_the_queue()
    {
        await using var manager = new SharedModelManager(new() { Leasing = { MaxQueueLength = 8 } });
        manager.Add(new LengthModel(), "length");
        using var generator = new SharedModelEmbeddingGenerator<LengthModel>(manager, "length", new() { MaxBatchSize = 4 });
        var texts = Enumerable.Range(1, 50).Select(static i => new string('a', i)).ToList();
        var embeddings = await generator.GenerateAsync(texts);
        Assert.Equal(texts.Select(static text => (float)text.Length), embeddings.Select(static embedding => embedding.Vector.Span[0]));
    }

    [Fact]
    public void A_model_without_batches_needs_code()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => new SharedModelEmbeddingGenerator<LetterCounter>(_manager, "letters", new()));
        Assert.Contains("does not run batches of texts. Set Embed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_texts_need_no_lease()
    {
        using var generator = new SharedModelEmbeddingGenerator<LetterCounter>(_manager, "unknown", new() { Embed = Embed });
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public async Task The_lease_is_held_only_during_a_call()
    {
        using var generator = Create();
        await using (var lease = await _manager.FetchModelAsync<LetterCounter>("letters"))
        {
            var waiting = Task.Run(() => generator.GenerateAsync(["a"]));
            await Condition.UntilAsync(() => _manager.GetSnapshot().Devices[0].QueueLength == 1);
            Assert.Empty(_model.Batches);
            await lease.DisposeAsync();
            Assert.Single(await waiting);
        }

        Assert.Equal(0, _manager.GetSnapshot().Models[0].ActiveLeases);
    }

    [Fact]
    public async Task A_waiting_call_can_be_canceled()
    {
        using var generator = Create();
        using var cancellation = new CancellationTokenSource();
        await using var lease = await _manager.FetchModelAsync<LetterCounter>("letters");
        var waiting = Task.Run(() => generator.GenerateAsync(["a"], cancellationToken: cancellation.Token));
        await Condition.UntilAsync(() => _manager.GetSnapshot().Devices[0].QueueLength == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_call_waits_no_longer_than_its_options_allow()
    {
        using var generator = Create(acquire: new() { Timeout = TimeSpan.FromMilliseconds(1) });
        await using var lease = await _manager.FetchModelAsync<LetterCounter>("letters");
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => Task.Run(() => generator.GenerateAsync(["a"])));
    }

    [Fact]
    public async Task The_options_select_another_model()
    {
        var other = new LetterCounter();
        _manager.Add(other, "other");
        using var generator = Create();
        var embedding = Assert.Single(await generator.GenerateAsync(["a"], new() { ModelId = "other" }));
        Assert.Equal(("other", 0, 1), (embedding.ModelId, _model.Batches.Count, other.Batches.Count));
        await Assert.ThrowsAsync<UnknownModelException>(() => generator.GenerateAsync(["a"], new() { ModelId = "unknown" }));
    }

    [Fact]
    public async Task Another_number_of_dimensions_is_rejected()
    {
        using var generator = Create();
        Assert.Single(await generator.GenerateAsync(["a"], new() { Dimensions = 3 }));
        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 2 }));
        Assert.Contains("Model 'letters' has 3 dimensions, but 2 were requested.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_returns_another_number_of_vectors_is_named()
    {
        using var generator = Create();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => generator.GenerateAsync(["a", "broken"]));
        Assert.Equal("Model 'letters' returned 1 vectors for 2 texts.", exception.Message);
    }

    [Fact]
    public async Task A_vector_that_is_null_is_named()
    {
        using var generator = new SharedModelEmbeddingGenerator<LetterCounter>(
            _manager, "letters", new() { Embed = static (_, _, _) => [[1], null!] });
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => generator.GenerateAsync(["a", "b"]));
        Assert.Equal("Model 'letters' returned null as the vector of text 1.", exception.Message);
    }

    [Fact]
    public async Task A_model_that_returns_no_vectors_is_named()
    {
        using var generator = new SharedModelEmbeddingGenerator<LetterCounter>(
            _manager, "letters", new() { Embed = static (_, _, _) => null! });
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => generator.GenerateAsync(["a", "b"]));
        Assert.Equal("Model 'letters' returned null instead of vectors for 2 texts.", exception.Message);
    }

    [Fact]
    public async Task A_missing_text_is_named()
    {
        using var generator = Create();
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a", null!]));
        Assert.StartsWith("Text 1 is null.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_has_at_least_one_text() => Assert.Throws<ArgumentOutOfRangeException>(() => Create(maxBatchSize: 0));

    [Fact]
    public void The_metadata_name_the_model()
    {
        using var generator = Create();
        var metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("sharedmodels", "letters", 3), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.Same(_manager, generator.GetService<ISharedModelManager>());
        Assert.Null(generator.GetService<IAsyncDisposable>());
        Assert.Null(generator.GetService<string>());
        Assert.Null(generator.GetService(typeof(EmbeddingGeneratorMetadata), "key"));
    }

    public ValueTask DisposeAsync() => _manager.DisposeAsync();

    private static IReadOnlyList<float[]> Embed(LetterCounter model, IReadOnlyList<string> texts, CancellationToken token) =>
        model.Embed(texts, token);

    private SharedModelEmbeddingGenerator<LetterCounter> Create(int maxBatchSize = 32, AcquireOptions? acquire = null) => new(
        _manager,
        "letters",
        new()
        {
            Embed = Embed,
            CountTokens = static (model, text) => model.CountTokens(text),
            MaxBatchSize = maxBatchSize,
            Dimensions = 3,
            Acquire = acquire ?? new(),
        },
        _time);

    /// <summary>A model whose vectors are the lengths of texts.</summary>
    private sealed class LengthModel : IBatchModel<string, float[]>
    {
        public IReadOnlyList<float[]> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
            [.. inputs.Select(static text => new float[] { text.Length })];
    }
}
