using SharedModels.Compute;

namespace SharedModels.TorchSharp;

/// <summary>The options for models that compute with TorchSharp.</summary>
public sealed class TorchSharpOptions
{
    /// <summary>The type in which OWLv2 computes on a CUDA device or on Apple's Metal device.</summary>
    /// <value>
    /// The default is <see cref="ElementType.Float32"/>. <see cref="ElementType.BFloat16"/> takes the least memory and time, and is the
    /// least precise.
    /// </value>
    public ElementType EnginePrecision { get; set; } = ElementType.Float32;
}
