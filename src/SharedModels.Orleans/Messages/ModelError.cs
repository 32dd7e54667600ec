using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>An exception on its way to the caller.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.ModelError")]
internal sealed class ModelError
{
    /// <summary>The name of an exception class of this library.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    [Id(1)]
    public required string Message { get; init; }

    [Id(2)]
    public string? Model { get; init; }

    [Id(3)]
    public string? Node { get; init; }

    [Id(4)]
    public string? Device { get; init; }

    [Id(5)]
    public int QueueLength { get; init; }

    [Id(6)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The required bytes of a model, or the size of a payload.</summary>
    [Id(7)]
    public long Bytes { get; init; }

    /// <summary>The budget of a device, or the maximum size of a payload.</summary>
    [Id(8)]
    public long MaxBytes { get; init; }

    [Id(9)]
    public long FreeBytes { get; init; }

    [Id(10)]
    public string[] HeldBy { get; init; } = [];

    [Id(11)]
    public string? Type { get; init; }

    [Id(12)]
    public string? Details { get; init; }
}
