namespace SharedModels;

/// <summary>The state of a lease.</summary>
public enum LeaseState
{
    /// <summary>Not acquired yet, or its last acquisition failed: the model must not be used.</summary>
    Pending,

    /// <summary>The model is on its device and the holder's to use.</summary>
    Held,

    /// <summary>Released. A lease of a scope can be acquired again until the scope ends.</summary>
    Released,

    /// <summary>Taken away while held (see <see cref="IModelLease.Lost"/>): stop using the model, and dispose the lease.</summary>
    Lost,
}
