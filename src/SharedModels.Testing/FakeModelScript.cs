namespace SharedModels.Testing;

/// <summary>
/// Controls the behavior of a <see cref="FakeModel"/> and counts its steps, across all objects that are created by its loads.
/// </summary>
public sealed class FakeModelScript
{
    private int _loads;
    private int _moves;
    private int _disposals;

    /// <summary>The gate where loads stop or fail.</summary>
    public Gate Load { get; } = new();

    /// <summary>The gate where moves stop or fail.</summary>
    public Gate Move { get; } = new();

    /// <summary>The gate where uses stop or fail.</summary>
    public Gate Use { get; } = new();

    /// <summary>
    /// Gets or sets a value that indicates whether loads and moves ignore their cancellation tokens, like code that hangs.
    /// </summary>
    public bool IgnoresTokens { get; set; }

    /// <summary>The number of loads that have started.</summary>
    public int Loads => _loads;

    /// <summary>The number of moves that have started, to a device and back.</summary>
    public int Moves => _moves;

    /// <summary>The number of disposed objects.</summary>
    public int Disposals => _disposals;

    internal void CountLoad() => Interlocked.Increment(ref _loads);

    internal void CountMove() => Interlocked.Increment(ref _moves);

    internal void CountDisposal() => Interlocked.Increment(ref _disposals);
}
