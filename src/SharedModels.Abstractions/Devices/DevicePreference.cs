namespace SharedModels;

/// <summary>The kind of device that a model prefers.</summary>
public enum DevicePreference
{
    /// <summary>An accelerator if the machine has one, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU. The model does not take a slot of an accelerator, even if the machine has one.</summary>
    Cpu,

    /// <summary>An accelerator. If the machine has none, the model cannot be leased.</summary>
    Accelerator,
}
