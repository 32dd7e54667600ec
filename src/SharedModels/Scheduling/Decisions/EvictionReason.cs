namespace SharedModels.Scheduling.Decisions;

/// <summary>The reason why a model is evicted from its device.</summary>
internal enum EvictionReason
{
    /// <summary>Another model needs the memory.</summary>
    Room,

    /// <summary>The model was idle for longer than its keep-alive time.</summary>
    KeepAlive,

    /// <summary>The eviction was requested.</summary>
    Request,

    /// <summary>The device has less memory than its budget: a move of another model failed.</summary>
    OutOfMemory,

    /// <summary>The device is lost.</summary>
    DeviceLost,

    /// <summary>The application is stopping.</summary>
    Shutdown,
}
