namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// The weights of scipy.ndimage.gaussian_filter with truncate = 4, which skimage's resize uses to smooth an image before reducing it.
/// </summary>
internal static class GaussianKernel
{
    /// <summary>
    /// Returns 2r + 1 weights with the sum 1 for reducing an image by a factor, or a single 1 if no smoothing is needed.
    /// </summary>
    public static double[] ForReduction(double factor)
    {
        var sigma = Math.Max(0, (factor - 1) / 2);
        var radius = (int)(4 * sigma + 0.5);
        var weights = new double[2 * radius + 1];
        var sum = 0.0;
        for (var k = -radius; k <= radius; k++)
            sum += weights[k + radius] = radius == 0 ? 1 : Math.Exp(-0.5 / (sigma * sigma) * k * k);
        for (var k = 0; k < weights.Length; k++)
            weights[k] /= sum;
        return weights;
    }
}
