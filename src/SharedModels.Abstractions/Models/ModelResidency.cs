namespace SharedModels;

/// <summary>The state of a model in memory.</summary>
public enum ModelResidency
{
    /// <summary>Known, with nothing in memory.</summary>
    Registered,

    /// <summary>Being constructed and brought into the host's memory.</summary>
    Loading,

    /// <summary>In the host's memory.</summary>
    OnHost,

    /// <summary>On its way to the device.</summary>
    Moving,

    /// <summary>On its device, ready for use.</summary>
    OnDevice,

    /// <summary>On its way off the device.</summary>
    Evicting,

    /// <summary>Being freed from the host's memory.</summary>
    Unloading,

    /// <summary>Its last load or move failed; a request after the back-off tries again.</summary>
    Faulted,
}
