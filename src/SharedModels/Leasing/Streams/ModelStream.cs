using SharedModels.Leasing.Invocations;

namespace SharedModels.Leasing.Streams;

/// <summary>Items that code produces on a device's worker. Each enumeration runs the code again.</summary>
internal sealed class ModelStream<TItem> : IAsyncEnumerable<TItem>
{
    private static readonly StreamOptions Defaults = new();

    private readonly LeaseInvoker _invoker;
    private readonly ModelLease _lease;
    private readonly StreamProducer<TItem> _produce;
    private readonly int _capacity;
    private readonly bool _isAsynchronous;
    private readonly CancellationToken _cancellationToken;

    private ModelStream(
        LeaseInvoker invoker,
        ModelLease lease,
        StreamProducer<TItem> produce,
        bool isAsynchronous,
        StreamOptions? options,
        CancellationToken cancellationToken)
    {
        (_invoker, _lease, _produce, _isAsynchronous, _cancellationToken) = (invoker, lease, produce, isAsynchronous, cancellationToken);
        _capacity = (options ?? Defaults).BufferSize;
        if (_capacity < 1)
            throw new ArgumentOutOfRangeException(
                nameof(options), _capacity, $"The {nameof(StreamOptions.BufferSize)} of a stream must be at least 1.");
    }

    /// <summary>Creates a stream of the items of an iterator.</summary>
    public static ModelStream<TItem> Create(
        LeaseInvoker invoker,
        ModelLease lease,
        Func<object, CancellationToken, IEnumerable<TItem>> code,
        StreamOptions? options,
        CancellationToken cancellationToken) =>
        new(
            invoker,
            lease,
            (run, model, use) => ProduceAsync(run, Checked(code(model, run.Token)), use),
            isAsynchronous: false,
            options,
            cancellationToken);

    /// <summary>Creates a stream of the items of an asynchronous iterator.</summary>
    public static ModelStream<TItem> Create(
        LeaseInvoker invoker,
        ModelLease lease,
        Func<object, CancellationToken, IAsyncEnumerable<TItem>> code,
        StreamOptions? options,
        CancellationToken cancellationToken) =>
        new(
            invoker,
            lease,
            (run, model, use) => ProduceAsync(run, Checked(code(model, run.Token)), use),
            isAsynchronous: true,
            options,
            cancellationToken);

    public IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new ModelStreamEnumerator<TItem>(this, cancellationToken);

    /// <summary>Starts the code.</summary>
    public StreamRun<TItem> Start(CancellationToken cancellationToken)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        var run = new StreamRun<TItem>(
            _invoker, _invoker.BeginStream(_lease), _produce, _capacity, _isAsynchronous, _cancellationToken, cancellationToken);
        run.Start();
        return run;
    }

    private static T Checked<T>(T? items)
        where T : class
        => items ?? throw new InvalidOperationException("The code of a stream has returned null instead of its items.");

    private static async Task ProduceAsync(StreamRun<TItem> run, IEnumerable<TItem> items, IModelUse? use)
    {
        // The awaiter continues on the worker, so the iterator runs and is disposed there.
        using var iterator = items.GetEnumerator();
        while (!run.IsStopped && iterator.MoveNext())
        {
            var item = iterator.Current;
            use?.Keep(item);
            if (!run.Add(item))
                await run.NextTurn;
        }
    }

    private static async Task ProduceAsync(StreamRun<TItem> run, IAsyncEnumerable<TItem> items, IModelUse? use)
    {
        await foreach (var item in items.WithCancellation(run.Token).ConfigureAwait(true))
        {
            if (run.IsStopped)
                break;
            use?.Keep(item);
            if (!run.Add(item))
                await run.NextTurn;
            if (run.IsStopped)
                break;
        }
    }
}
