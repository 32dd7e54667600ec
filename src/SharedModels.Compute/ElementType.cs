namespace SharedModels.Compute;

/// <summary>The type in which a checkpoint stores numbers, or in which an engine computes.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE 754 half precision, 2 bytes.</summary>
    Float16,

    /// <summary>The upper half of a single-precision number, 2 bytes.</summary>
    BFloat16,
}
