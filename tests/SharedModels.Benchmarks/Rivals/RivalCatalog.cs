using System.Threading.RateLimiting;
using EnumerableAsyncProcessor.Extensions;
using Microsoft.Extensions.ObjectPool;
using Polly;
using SharedModels.OnnxRuntime;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>
/// Ways to serve MiniLM. All of them use the same class with the same tokenizer, session and pooling, so that they differ only in how calls
/// reach it.
/// </summary>
internal sealed class RivalCatalog : IDisposable
{
    public const int MaxBatchSize = 32;

    private readonly TextEmbeddingModel _model = TextModels.Load(TextModels.MiniLm());
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = Environment.ProcessorCount, QueueLimit = int.MaxValue });
    private readonly ResiliencePipeline _pipeline =
        new ResiliencePipelineBuilder().AddConcurrencyLimiter(Environment.ProcessorCount, int.MaxValue).Build();

    private readonly NaiveBatcher<string, float[]> _naive;
    private readonly SharedModelManager _manager = new();

    public RivalCatalog()
    {
        _naive = new NaiveBatcher<string, float[]>(_model, MaxBatchSize).Start();
        _manager.Add("minilm", static _ => new TextEmbeddingModel(TextModels.MiniLm()));
        var pool = new DefaultObjectPool<Engine>(new EnginePolicy(_model));
        All =
        [
            new("SharedModels", (text, token) => _manager.RunAsync<string, float[]>("minilm", text, cancellationToken: token)),
            new("naive channel batcher", (text, _) => _naive.RunAsync(text)),
            new("semaphore, one at a time", GatedAsync),
            new("no gate", (text, _) => OnPoolAsync(() => Embed(text))),
            new("engine pool (ML.NET's)", (text, _) => OnPoolAsync(() =>
            {
                var engine = pool.Get();
                var vector = engine.Predict(text);
                pool.Return(engine);
                return vector;
            })),
            new("RateLimiting", LimitedAsync),
            new("Polly", (text, token) => _pipeline.ExecuteAsync(_ => OnPoolAsync(() => Embed(text)), token)),
            new("EnumerableAsyncProcessor", (text, _) => OnPoolAsync(() => Embed(text)))
            {
                RunAllAsync = static async (texts, callers, call) =>
                {
                    await using var processor = texts.ForEachAsync(call).ProcessInParallel(callers);
                    await processor.WaitAsync().ConfigureAwait(false);
                },
            },
            new("session per request", static (_, _) => OnPoolAsync(static () =>
            {
                using var model = TextModels.Load(TextModels.MiniLm());
                return model.InvokeBatch(["text"], CancellationToken.None)[0];
            }), MaxCallers: 1),
        ];
    }

    public IReadOnlyList<Rival> All { get; }

    public void Dispose()
    {
        _naive.Dispose();
        _manager.Dispose();
        _limiter.Dispose();
        _gate.Dispose();
        _model.Dispose();
    }

    // The time until a thread is free is a part of the call, as in a server.
    private static ValueTask<float[]> OnPoolAsync(Func<float[]> embed) => new(Task.Run(embed));

    private float[] Embed(string text) => _model.InvokeBatch([text], CancellationToken.None)[0];

    private async ValueTask<float[]> GatedAsync(string text, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await OnPoolAsync(() => Embed(text)).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<float[]> LimitedAsync(string text, CancellationToken cancellationToken)
    {
        using var place = await _limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        return await OnPoolAsync(() => Embed(text)).ConfigureAwait(false);
    }

    /// <summary>An object for one thread at a time around the shared model, as ML.NET's pool keeps them.</summary>
    private sealed class Engine(TextEmbeddingModel model)
    {
        private readonly string[] _input = new string[1];

        public float[] Predict(string text)
        {
            _input[0] = text;
            return model.InvokeBatch(_input, CancellationToken.None)[0];
        }
    }

    private sealed class EnginePolicy(TextEmbeddingModel model) : PooledObjectPolicy<Engine>
    {
        public override Engine Create() => new(model);

        public override bool Return(Engine obj) => true;
    }
}
