namespace SharedModels;

/// <summary>The kind of device that a model prefers.</summary>
public enum DevicePreference
{
    /// <summary>An accelerator if the machine has one, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU; the model takes no accelerator's slot, whatever the machine has.</summary>
    Cpu,

    /// <summary>An accelerator; without one the model cannot be leased.</summary>
    Accelerator,
}
