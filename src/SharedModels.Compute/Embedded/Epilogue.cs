using System.Runtime.CompilerServices;
using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Embedded;

/// <summary>The part of a linear layer that runs while the product is still in the cache: bias, activation and residual.</summary>
internal sealed unsafe class Epilogue(VectorWidth width, float* bias, Activation activation, float* residual, int stride)
{
    public void Apply(float* output, int firstRow, int rows, int firstColumn, int columns)
    {
        if (bias is null && activation == Activation.None && residual is null)
            return;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var offset = (long)row * stride + firstColumn;
            var b = bias is null ? null : bias + firstColumn;
            var r = residual is null ? null : residual + offset;
            switch (width)
            {
                case VectorWidth.Bits512:
                    Row<Lanes512>(output + offset, b, r, columns);
                    break;
                case VectorWidth.Bits256:
                    Row<Lanes256>(output + offset, b, r, columns);
                    break;
                default:
                    Row<Lanes128>(output + offset, b, r, columns);
                    break;
            }
        }
    }

    private void Row<T>(float* output, float* b, float* r, int columns)
        where T : struct, ILanes<T>
    {
        var done = Stretch<T>(output, b, r, 0, columns);
        Stretch<Lanes1>(output, b, r, done, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Stretch<T>(float* output, float* b, float* r, int i, int columns)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= columns; i += T.Count)
        {
            var x = T.Load(output + i);
            if (b is not null)
                x += T.Load(b + i);
            if (activation == Activation.QuickGelu)
                x = LaneMath.QuickGelu(x);
            else if (activation == Activation.Gelu)
                x = LaneMath.Gelu(x);
            if (r is not null)
                x += T.Load(r + i);
            x.Store(output + i);
        }

        return i;
    }
}
