namespace SharedModels.Scheduling;

/// <summary>Why a model leaves its device.</summary>
internal enum EvictionReason
{
    /// <summary>Another model needs the room.</summary>
    Room,

    /// <summary>It was idle for as long as it may.</summary>
    KeepAlive,

    /// <summary>Somebody asked for it.</summary>
    Request,

    /// <summary>The application stops.</summary>
    Shutdown,
}
