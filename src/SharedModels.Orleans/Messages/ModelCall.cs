using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>A call of a method of a model.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.ModelCall")]
internal sealed class ModelCall
{
    /// <summary>Identifies the process that calls.</summary>
    [Id(0)]
    public required Guid Caller { get; init; }

    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The full name of the interface.</summary>
    [Id(2)]
    public required string Contract { get; init; }

    [Id(3)]
    public required string Method { get; init; }

    /// <summary>The serialized tuple of the arguments.</summary>
    [Id(4)]
    public required byte[] Arguments { get; init; }

    /// <summary>The expected wait from which on the node rejects the call.</summary>
    [Id(5)]
    public TimeSpan? WaitBudget { get; init; }
}
