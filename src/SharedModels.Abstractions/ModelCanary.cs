namespace SharedModels;

/// <summary>A new version of a model on trial, which serves a share of the requests.</summary>
public sealed record ModelCanary
{
    /// <summary>The number of the new version.</summary>
    public required int Version { get; init; }

    /// <summary>The share of the requests that it serves, above 0 and at most 0.5.</summary>
    public required double Share { get; init; }

    /// <summary>The number of its leases, or of inputs in batches, that have ended.</summary>
    public required long Uses { get; init; }

    /// <summary>The number of them in which its code threw, or which were held longer than <c>SharedModels:Leasing:MaxHold</c>.</summary>
    public required long Failures { get; init; }
}
