namespace SharedModels.Scheduling.Decisions;

/// <summary>Why a model leaves its device.</summary>
internal enum EvictionReason
{
    /// <summary>Another model needs the room.</summary>
    Room,

    /// <summary>It was idle for as long as it may.</summary>
    KeepAlive,

    /// <summary>Somebody asked for it.</summary>
    Request,

    /// <summary>The device has less memory than its budget says: another model's move failed.</summary>
    OutOfMemory,

    /// <summary>The device is lost.</summary>
    DeviceLost,

    /// <summary>The application stops.</summary>
    Shutdown,
}
