using System.Text;
using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Moves a <see cref="StringBuilder"/>, which cannot move itself, and records all calls.</summary>
internal sealed class FakeAdapter(FakeAccelerator accelerator) : IModelAdapter, IDisposable
{
    private readonly FakeModel _inner = new(10, accelerator: accelerator, isMutable: true);

    public StringBuilder Adapted { get; } = new();

    public Type ModelType => typeof(StringBuilder);

    /// <summary>The exception of <see cref="Model"/>, if any.</summary>
    public Exception? Failure { get; init; }

    public object Model => Failure is { } failure ? throw failure : Adapted;

    public ModelFootprint Footprint => _inner.Footprint;

    public bool IsMutable => true;

    public bool IsDisposed => _inner.IsDisposed;

    public ValueTask LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => _inner.ToAsync(device, cancellationToken);

    public IModelUse BeginUse() => new Use(Adapted);

    public void Dispose() => _inner.Dispose();

    private sealed class Use : IModelUse
    {
        private readonly StringBuilder _log;

        public Use(StringBuilder log)
        {
            _log = log;
            _log.Append($"[{Environment.CurrentManagedThreadId} ");
        }

        public void Keep(object? result) => _log.Append($"={result}");

        public void Dispose() => _log.Append($" {Environment.CurrentManagedThreadId}]");
    }
}
