namespace SharedModels;

/// <summary>The state of a model in memory.</summary>
public enum ModelResidency
{
    /// <summary>The model is registered but not in memory.</summary>
    Registered,

    /// <summary>The model is being constructed and loaded into host memory.</summary>
    Loading,

    /// <summary>The model is in host memory.</summary>
    OnHost,

    /// <summary>The model is moving to the device.</summary>
    Moving,

    /// <summary>The model is on its device and ready for use.</summary>
    OnDevice,

    /// <summary>The model is moving off the device.</summary>
    Evicting,

    /// <summary>The model is being freed from host memory.</summary>
    Unloading,

    /// <summary>The last load or move failed. A request after the back-off tries again.</summary>
    Faulted,
}
