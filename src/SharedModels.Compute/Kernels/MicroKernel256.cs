using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Kernels;

/// <summary>Computes blocks of 6 x 16 numbers in 256-bit registers.</summary>
internal sealed unsafe class MicroKernel256 : MicroKernel
{
    public override int Rows => 6;

    public override int Columns => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(int depth, float* a, float* b, float* c, nint stride, bool accumulate)
    {
        Vector256<float> c0a = Vector256<float>.Zero, c0b = Vector256<float>.Zero;
        Vector256<float> c1a = Vector256<float>.Zero, c1b = Vector256<float>.Zero;
        Vector256<float> c2a = Vector256<float>.Zero, c2b = Vector256<float>.Zero;
        Vector256<float> c3a = Vector256<float>.Zero, c3b = Vector256<float>.Zero;
        Vector256<float> c4a = Vector256<float>.Zero, c4b = Vector256<float>.Zero;
        Vector256<float> c5a = Vector256<float>.Zero, c5b = Vector256<float>.Zero;
        if (accumulate)
        {
            c0a = Vector256.Load(c);
            c0b = Vector256.Load(c + 8);
            c1a = Vector256.Load(c + stride);
            c1b = Vector256.Load(c + stride + 8);
            c2a = Vector256.Load(c + 2 * stride);
            c2b = Vector256.Load(c + 2 * stride + 8);
            c3a = Vector256.Load(c + 3 * stride);
            c3b = Vector256.Load(c + 3 * stride + 8);
            c4a = Vector256.Load(c + 4 * stride);
            c4b = Vector256.Load(c + 4 * stride + 8);
            c5a = Vector256.Load(c + 5 * stride);
            c5b = Vector256.Load(c + 5 * stride + 8);
        }

        for (; depth > 0; depth--, a += 6, b += 16)
        {
            var ba = Vector256.Load(b);
            var bb = Vector256.Load(b + 8);
            var x = Vector256.Create(*a);
            c0a = Vector256.MultiplyAddEstimate(x, ba, c0a);
            c0b = Vector256.MultiplyAddEstimate(x, bb, c0b);
            x = Vector256.Create(a[1]);
            c1a = Vector256.MultiplyAddEstimate(x, ba, c1a);
            c1b = Vector256.MultiplyAddEstimate(x, bb, c1b);
            x = Vector256.Create(a[2]);
            c2a = Vector256.MultiplyAddEstimate(x, ba, c2a);
            c2b = Vector256.MultiplyAddEstimate(x, bb, c2b);
            x = Vector256.Create(a[3]);
            c3a = Vector256.MultiplyAddEstimate(x, ba, c3a);
            c3b = Vector256.MultiplyAddEstimate(x, bb, c3b);
            x = Vector256.Create(a[4]);
            c4a = Vector256.MultiplyAddEstimate(x, ba, c4a);
            c4b = Vector256.MultiplyAddEstimate(x, bb, c4b);
            x = Vector256.Create(a[5]);
            c5a = Vector256.MultiplyAddEstimate(x, ba, c5a);
            c5b = Vector256.MultiplyAddEstimate(x, bb, c5b);
        }

        c0a.Store(c);
        c0b.Store(c + 8);
        c1a.Store(c + stride);
        c1b.Store(c + stride + 8);
        c2a.Store(c + 2 * stride);
        c2b.Store(c + 2 * stride + 8);
        c3a.Store(c + 3 * stride);
        c3b.Store(c + 3 * stride + 8);
        c4a.Store(c + 4 * stride);
        c4b.Store(c + 4 * stride + 8);
        c5a.Store(c + 5 * stride);
        c5b.Store(c + 5 * stride + 8);
    }
}
