namespace SharedModels.Compute.Kernels;

/// <summary>The width in bits of the registers that the embedded engine uses.</summary>
internal enum VectorWidth
{
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

