namespace SharedModels.Cuda.Driver;

/// <summary>Xid errors that mean that the device is gone, not that a program was wrong: https://docs.nvidia.com/deploy/xid-errors</summary>
internal static class Xid
{
    public static string? Describe(long xid) => xid switch
    {
        48 => "double-bit ECC error",
        79 => "the GPU has fallen off the bus",
        95 => "uncontained ECC error",
        119 => "the GSP does not answer",
        120 => "GSP error",
        140 => "unrecovered ECC error",
        _ => null,
    };
}
