namespace SharedModels.Testing;

/// <summary>What a <see cref="FakeModel"/> does, and how often it did: outlives its objects, which come and go with each load.</summary>
public sealed class FakeModelScript
{
    private int _loads;
    private int _moves;
    private int _disposals;

    /// <summary>Where a load stops or fails.</summary>
    public Gate Load { get; } = new();

    /// <summary>Where a move stops or fails.</summary>
    public Gate Move { get; } = new();

    /// <summary>Where a use stops or fails.</summary>
    public Gate Use { get; } = new();

    /// <summary>Whether loads and moves ignore their cancellation tokens, as code that hangs does.</summary>
    public bool IgnoresTokens { get; set; }

    /// <summary>Loads begun.</summary>
    public int Loads => _loads;

    /// <summary>Moves begun, to a device and back.</summary>
    public int Moves => _moves;

    /// <summary>Objects disposed.</summary>
    public int Disposals => _disposals;

    internal void CountLoad() => Interlocked.Increment(ref _loads);

    internal void CountMove() => Interlocked.Increment(ref _moves);

    internal void CountDisposal() => Interlocked.Increment(ref _disposals);
}
