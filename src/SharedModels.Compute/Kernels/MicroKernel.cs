using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Kernels;

/// <summary>The innermost loop of every product: a small block of the result, held in registers.</summary>
/// <remarks>
/// Each number of the result is one chain of multiply-adds in the order of the depth, whatever the width or the number of threads.
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

    /// <summary>Sets (or adds to) a block of c: the sum over depth of a's strip [depth, Rows] times b's panel [depth, Columns].</summary>
    public abstract void Multiply(int depth, float* a, float* b, float* c, nint stride, bool accumulate);
}
