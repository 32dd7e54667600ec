using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Kernels;

/// <summary>Computes blocks of 4 x 8 numbers in 128-bit registers.</summary>
internal sealed unsafe class MicroKernel128 : MicroKernel
{
    public override int Rows => 4;

    public override int Columns => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(int depth, float* a, float* b, float* c, nint stride, bool accumulate)
    {
        Vector128<float> c0a = Vector128<float>.Zero, c0b = Vector128<float>.Zero;
        Vector128<float> c1a = Vector128<float>.Zero, c1b = Vector128<float>.Zero;
        Vector128<float> c2a = Vector128<float>.Zero, c2b = Vector128<float>.Zero;
        Vector128<float> c3a = Vector128<float>.Zero, c3b = Vector128<float>.Zero;
        if (accumulate)
        {
            c0a = Vector128.Load(c);
            c0b = Vector128.Load(c + 4);
            c1a = Vector128.Load(c + stride);
            c1b = Vector128.Load(c + stride + 4);
            c2a = Vector128.Load(c + 2 * stride);
            c2b = Vector128.Load(c + 2 * stride + 4);
            c3a = Vector128.Load(c + 3 * stride);
            c3b = Vector128.Load(c + 3 * stride + 4);
        }

        for (; depth > 0; depth--, a += 4, b += 8)
        {
            var ba = Vector128.Load(b);
            var bb = Vector128.Load(b + 4);
            var x = Vector128.Create(*a);
            c0a = Vector128.MultiplyAddEstimate(x, ba, c0a);
            c0b = Vector128.MultiplyAddEstimate(x, bb, c0b);
            x = Vector128.Create(a[1]);
            c1a = Vector128.MultiplyAddEstimate(x, ba, c1a);
            c1b = Vector128.MultiplyAddEstimate(x, bb, c1b);
            x = Vector128.Create(a[2]);
            c2a = Vector128.MultiplyAddEstimate(x, ba, c2a);
            c2b = Vector128.MultiplyAddEstimate(x, bb, c2b);
            x = Vector128.Create(a[3]);
            c3a = Vector128.MultiplyAddEstimate(x, ba, c3a);
            c3b = Vector128.MultiplyAddEstimate(x, bb, c3b);
        }

        c0a.Store(c);
        c0b.Store(c + 4);
        c1a.Store(c + stride);
        c1b.Store(c + stride + 4);
        c2a.Store(c + 2 * stride);
        c2b.Store(c + 2 * stride + 4);
        c3a.Store(c + 3 * stride);
        c3b.Store(c + 3 * stride + 4);
    }
}
