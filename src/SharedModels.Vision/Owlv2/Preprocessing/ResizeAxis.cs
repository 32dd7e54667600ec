namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// The two source positions around each output position, as in scipy.ndimage.zoom(order=1, mode="mirror", grid_mode=True).
/// </summary>
internal sealed class ResizeAxis
{
    public ResizeAxis(int source, int target)
    {
        Lower = new int[target];
        Upper = new int[target];
        Fraction = new double[target];
        for (var j = 0; j < target; j++)
        {
            var position = Math.Abs((j + 0.5) * source / target - 0.5);
            if (position > source - 1)
                position = 2.0 * (source - 1) - position;
            var lower = (int)Math.Floor(Math.Max(position, 0));
            Lower[j] = lower;
            Upper[j] = MirrorIndex.Of(lower + 1, source);
            Fraction[j] = source == 1 ? 0 : position - lower;
        }
    }

    public int[] Lower { get; }

    public int[] Upper { get; }

    /// <summary>The weight of the upper position.</summary>
    public double[] Fraction { get; }
}
