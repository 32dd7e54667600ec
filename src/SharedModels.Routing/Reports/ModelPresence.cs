namespace SharedModels.Routing;

/// <summary>The place of a model on a node.</summary>
public enum ModelPresence
{
    /// <summary>The model is not in memory.</summary>
    Absent,

    /// <summary>The model is in host memory. No request waits for it.</summary>
    OnHost,

    /// <summary>The model is on its way to a device, because a request waits for it.</summary>
    Arriving,

    /// <summary>The model is on a device.</summary>
    Resident,
}
