namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>What an operation does to a lease.</summary>
internal enum LeaseStepKind
{
    /// <summary>A new one that is not acquired is given to the variable.</summary>
    Create,

    /// <summary>One that is held is given to the variable.</summary>
    Hold,

    /// <summary>Something unknown is given to the variable, or is done with what it holds.</summary>
    Escape,

    /// <summary>It is waited for.</summary>
    Acquire,

    /// <summary>A new one is waited for; what follows tells which variable it is given to.</summary>
    Fetch,

    /// <summary>Its model is used.</summary>
    Use,

    /// <summary>It is disposed.</summary>
    Release,
}
