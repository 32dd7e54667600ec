using SharedModels.Compute;

namespace SharedModels.CheckpointMaker;

/// <summary>Options for a checkpoint.</summary>
internal sealed class CheckpointOptions
{
    /// <summary>The contents of config.json.</summary>
    public required string Config { get; init; }

    /// <summary>The type of the weights.</summary>
    public ElementType Type { get; init; } = ElementType.Float32;

    /// <summary>The number of files that hold the weights. With more than one, an index is written as well.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>The seed of the weights. The same seed gives the same weights in every type and number of files.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The name of the type in a safetensors file.</summary>
    public string TypeName => Type switch
    {
        ElementType.Float16 => "F16",
        ElementType.BFloat16 => "BF16",
        _ => "F32",
    };
}
