namespace SharedModels.Compute.Kernels;

/// <summary>Bits of the registers that the embedded engine computes with.</summary>
internal enum VectorWidth
{
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

