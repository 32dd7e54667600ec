namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>The effect of an operation on a lease.</summary>
internal enum LeaseStepKind
{
    /// <summary>A new lease that is not acquired is assigned to the variable.</summary>
    Create,

    /// <summary>A held lease is assigned to the variable.</summary>
    Hold,

    /// <summary>An unknown value is assigned to the variable, or its lease is used in an unknown way.</summary>
    Escape,

    /// <summary>The lease is acquired.</summary>
    Acquire,

    /// <summary>The lease is acquired if the call returns <see langword="true"/>, on which the block branches.</summary>
    TryAcquire,

    /// <summary>All leases of a scope are acquired. It is not known which leases those are.</summary>
    AcquireScope,

    /// <summary>A new lease is fetched. A later step assigns it to a variable.</summary>
    Fetch,

    /// <summary>The model of the lease is used.</summary>
    Use,

    /// <summary>The lease is disposed.</summary>
    Release,
}
