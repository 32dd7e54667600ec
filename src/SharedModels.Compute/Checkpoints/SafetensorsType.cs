namespace SharedModels.Compute.Checkpoints;

/// <summary>The element types that the safetensors format defines.</summary>
internal static class SafetensorsType
{
    /// <summary>Returns the bits of an element, or 0 if the format does not define the type.</summary>
    public static int BitsOf(string type) => type switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "I16" or "U16" or "F16" or "BF16" => 16,
        "I32" or "U32" or "F32" => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => 0,
    };
}
