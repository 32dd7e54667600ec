using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Kernels;

/// <summary>The innermost loop of every matrix product. It computes a small block of the result in registers.</summary>
/// <remarks>
/// Each number of the result is one chain of multiply-adds in the order of the depth, regardless of the register width and the number of
/// threads.
/// </remarks>
internal abstract unsafe class MicroKernel
{
    public static VectorWidth WidestWidth =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;

    public abstract int Rows { get; }

    public abstract int Columns { get; }

    public static MicroKernel For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new MicroKernel512(),
        VectorWidth.Bits256 => new MicroKernel256(),
        _ => new MicroKernel128(),
    };

    /// <summary>
    /// Sets a block of c, or adds to it: the sum over depth of the strip a [depth, Rows] times the panel b [depth, Columns].
    /// </summary>
    public abstract void Multiply(int depth, float* a, float* b, float* c, nint stride, bool accumulate);
}
