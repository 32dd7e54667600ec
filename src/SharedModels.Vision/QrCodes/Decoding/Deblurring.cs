using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Decides which modules of a blurred code are dark by undoing the blur.</summary>
/// <remarks>
/// Searches for black and white modules that look like the given ones when they are blurred. It uses Landweber's iteration and limits
/// each module to the range between black and white after each step. The limit is what makes the iteration work for codes.
/// </remarks>
internal static class Deblurring
{
    private const int Steps = 30;
    private const float Speed = 1.5f;
    private const int Reach = 2;

    /// <summary>Reverses a blur.</summary>
    /// <param name="grid">The brightness of the modules.</param>
    /// <param name="deviation">The standard deviation of the blur, in modules.</param>
    public static GrayImage Apply(GrayImage grid, double deviation)
    {
        var side = grid.Width;
        var (black, white) = (byte.MaxValue, (byte)0);
        foreach (var value in grid.Pixels)
            (black, white) = (Math.Min(black, value), Math.Max(white, value));
        var range = Math.Max(white - black, 1);
        // Padded with the quiet zone, which is light. Light is 0 and dark is 1.
        var stride = side + 2 * Reach;
        var seen = new float[stride * stride];
        for (var i = 0; i < grid.Pixels.Length; i++)
            seen[(i / side + Reach) * stride + i % side + Reach] = (float)(white - grid.Pixels[i]) / range;

        Span<float> kernel = stackalloc float[2 * Reach + 1];
        FillKernel(kernel, deviation);
        var modules = (float[])seen.Clone();
        var (blurred, buffer) = (new float[seen.Length], new float[seen.Length]);
        for (var step = 0; step < Steps; step++)
        {
            Blur(modules, blurred, buffer, stride, kernel);
            for (var i = 0; i < seen.Length; i++)
                blurred[i] = seen[i] - blurred[i];
            Blur(blurred, blurred, buffer, stride, kernel);
            for (var row = Reach; row < stride - Reach; row++)
            {
                for (var i = row * stride + Reach; i < (row + 1) * stride - Reach; i++)
                    modules[i] = Math.Clamp(modules[i] + Speed * blurred[i], 0, 1);
            }
        }

        var result = new GrayImage(side, side, new byte[grid.Pixels.Length]);
        for (var i = 0; i < result.Pixels.Length; i++)
            result.Pixels[i] = modules[(i / side + Reach) * stride + i % side + Reach] < 0.5f ? byte.MaxValue : (byte)0;
        return result;
    }

    private static void FillKernel(Span<float> kernel, double deviation)
    {
        var sum = 0f;
        for (var i = 0; i < kernel.Length; i++)
            sum += kernel[i] = (float)Math.Exp(-(i - Reach) * (i - Reach) / (2 * deviation * deviation));
        for (var i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
    }

    // Blurs the rows and then the columns. The margin changes only by what is blurred into it.
    private static void Blur(float[] source, float[] target, float[] buffer, int stride, ReadOnlySpan<float> kernel)
    {
        Convolve(source, buffer, 1, kernel);
        Convolve(buffer, target, stride, kernel);
    }

    private static void Convolve(float[] source, float[] target, int step, ReadOnlySpan<float> kernel)
    {
        var margin = Reach * step;
        Array.Clear(target);
        for (var k = 0; k < kernel.Length; k++)
        {
            var from = source.AsSpan(k * step, source.Length - 2 * margin);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(
                from, kernel[k], target.AsSpan(margin, from.Length), target.AsSpan(margin, from.Length));
        }
    }
}
