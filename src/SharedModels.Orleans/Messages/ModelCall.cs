using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>A call of a method of a model.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.ModelCall")]
internal sealed record ModelCall
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

    /// <summary>The priority of the lease.</summary>
    [Id(6)]
    public LeasePriority Priority { get; init; } = LeasePriority.Normal;

    /// <summary>The tenant of the lease.</summary>
    [Id(7)]
    public string? Tenant { get; init; }

    /// <summary>The timeout of the lease.</summary>
    [Id(8)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>The activity that the node's activities descend from, in the format of W3C.</summary>
    [Id(9)]
    public string? TraceParent { get; init; }

    [Id(10)]
    public string? TraceState { get; init; }
}
