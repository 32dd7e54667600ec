using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Kernels;

/// <summary>Computes blocks of 8 x 32 numbers in 512-bit registers.</summary>
internal sealed unsafe class MicroKernel512 : MicroKernel
{
    public override int Rows => 8;

    public override int Columns => 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(int depth, float* a, float* b, float* c, nint stride, bool accumulate)
    {
        Vector512<float> c0a = Vector512<float>.Zero, c0b = Vector512<float>.Zero;
        Vector512<float> c1a = Vector512<float>.Zero, c1b = Vector512<float>.Zero;
        Vector512<float> c2a = Vector512<float>.Zero, c2b = Vector512<float>.Zero;
        Vector512<float> c3a = Vector512<float>.Zero, c3b = Vector512<float>.Zero;
        Vector512<float> c4a = Vector512<float>.Zero, c4b = Vector512<float>.Zero;
        Vector512<float> c5a = Vector512<float>.Zero, c5b = Vector512<float>.Zero;
        Vector512<float> c6a = Vector512<float>.Zero, c6b = Vector512<float>.Zero;
        Vector512<float> c7a = Vector512<float>.Zero, c7b = Vector512<float>.Zero;
        if (accumulate)
        {
            c0a = Vector512.Load(c);
            c0b = Vector512.Load(c + 16);
            c1a = Vector512.Load(c + stride);
            c1b = Vector512.Load(c + stride + 16);
            c2a = Vector512.Load(c + 2 * stride);
            c2b = Vector512.Load(c + 2 * stride + 16);
            c3a = Vector512.Load(c + 3 * stride);
            c3b = Vector512.Load(c + 3 * stride + 16);
            c4a = Vector512.Load(c + 4 * stride);
            c4b = Vector512.Load(c + 4 * stride + 16);
            c5a = Vector512.Load(c + 5 * stride);
            c5b = Vector512.Load(c + 5 * stride + 16);
            c6a = Vector512.Load(c + 6 * stride);
            c6b = Vector512.Load(c + 6 * stride + 16);
            c7a = Vector512.Load(c + 7 * stride);
            c7b = Vector512.Load(c + 7 * stride + 16);
        }

        for (; depth > 0; depth--, a += 8, b += 32)
        {
            var ba = Vector512.Load(b);
            var bb = Vector512.Load(b + 16);
            var x = Vector512.Create(*a);
            c0a = Vector512.MultiplyAddEstimate(x, ba, c0a);
            c0b = Vector512.MultiplyAddEstimate(x, bb, c0b);
            x = Vector512.Create(a[1]);
            c1a = Vector512.MultiplyAddEstimate(x, ba, c1a);
            c1b = Vector512.MultiplyAddEstimate(x, bb, c1b);
            x = Vector512.Create(a[2]);
            c2a = Vector512.MultiplyAddEstimate(x, ba, c2a);
            c2b = Vector512.MultiplyAddEstimate(x, bb, c2b);
            x = Vector512.Create(a[3]);
            c3a = Vector512.MultiplyAddEstimate(x, ba, c3a);
            c3b = Vector512.MultiplyAddEstimate(x, bb, c3b);
            x = Vector512.Create(a[4]);
            c4a = Vector512.MultiplyAddEstimate(x, ba, c4a);
            c4b = Vector512.MultiplyAddEstimate(x, bb, c4b);
            x = Vector512.Create(a[5]);
            c5a = Vector512.MultiplyAddEstimate(x, ba, c5a);
            c5b = Vector512.MultiplyAddEstimate(x, bb, c5b);
            x = Vector512.Create(a[6]);
            c6a = Vector512.MultiplyAddEstimate(x, ba, c6a);
            c6b = Vector512.MultiplyAddEstimate(x, bb, c6b);
            x = Vector512.Create(a[7]);
            c7a = Vector512.MultiplyAddEstimate(x, ba, c7a);
            c7b = Vector512.MultiplyAddEstimate(x, bb, c7b);
        }

        c0a.Store(c);
        c0b.Store(c + 16);
        c1a.Store(c + stride);
        c1b.Store(c + stride + 16);
        c2a.Store(c + 2 * stride);
        c2b.Store(c + 2 * stride + 16);
        c3a.Store(c + 3 * stride);
        c3b.Store(c + 3 * stride + 16);
        c4a.Store(c + 4 * stride);
        c4b.Store(c + 4 * stride + 16);
        c5a.Store(c + 5 * stride);
        c5b.Store(c + 5 * stride + 16);
        c6a.Store(c + 6 * stride);
        c6b.Store(c + 6 * stride + 16);
        c7a.Store(c + 7 * stride);
        c7b.Store(c + 7 * stride + 16);
    }
}
