namespace SharedModels.Tests.Scheduling;

/// <summary>The machine and the policy that a history runs on.</summary>
public enum HistoryKind
{
    /// <summary>An accelerator for one holder at a time.</summary>
    OneAccelerator,

    /// <summary>The same accelerator, strictly first in, first out.</summary>
    WithoutBypass,

    /// <summary>An accelerator that three holders share.</summary>
    SharedAccelerator,

    /// <summary>Two accelerators, and a host with too little memory for all models. Some models can fall back to the CPU.</summary>
    TwoAccelerators,

    /// <summary>Models stay on their device for a minimum time before they can be evicted.</summary>
    WithMinResidency,

    /// <summary>Only the CPU.</summary>
    Cpu,
}
