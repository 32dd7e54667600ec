namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>The leases that are in a state on every path to a point of the code, one bit for each.</summary>
/// <param name="Acquired">The leases that are acquired, or are in an unknown state.</param>
/// <param name="Held">The leases that are held.</param>
/// <param name="Released">The leases that were released and not acquired again.</param>
internal readonly record struct LeaseStates(ulong Acquired, ulong Held, ulong Released)
{
    /// <summary>Returns the states that hold on both of two paths.</summary>
    public LeaseStates And(LeaseStates other) => new(Acquired & other.Acquired, Held & other.Held, Released & other.Released);

    /// <summary>Returns the states after a step.</summary>
    public LeaseStates After(LeaseStepKind kind, ulong leases) => kind switch
    {
        LeaseStepKind.Create => new(Acquired & ~leases, Held & ~leases, Released & ~leases),
        LeaseStepKind.Acquire or LeaseStepKind.Hold => new(Acquired | leases, Held | leases, Released & ~leases),
        LeaseStepKind.Escape => new(Acquired | leases, Held & ~leases, Released & ~leases),
        LeaseStepKind.Release => new(Acquired | leases, Held & ~leases, Released | leases),
        LeaseStepKind.AcquireScope => new(ulong.MaxValue, Held, 0),
        _ => this,
    };
}
