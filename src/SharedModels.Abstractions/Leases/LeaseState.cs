namespace SharedModels;

/// <summary>The state of a lease.</summary>
public enum LeaseState
{
    /// <summary>The lease has not been acquired yet, or its last acquisition failed. The model must not be used.</summary>
    Pending,

    /// <summary>The model is on its device and can be used.</summary>
    Held,

    /// <summary>The lease has been released. A lease of a scope can be acquired again until the scope ends.</summary>
    Released,

    /// <summary>
    /// The lease was lost while it was held (see <see cref="IModelLease.Lost"/>). Stop using the model and dispose the lease.
    /// </summary>
    Lost,
}
