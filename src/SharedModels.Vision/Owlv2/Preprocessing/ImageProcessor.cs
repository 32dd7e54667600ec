using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// Pads an image to a square, resizes it and normalizes its colors, like Hugging Face's (slow) Owlv2ImageProcessor. The resizing equals
/// skimage's resize with anti-aliasing, including the places where it stores float32 and sums in double precision.
/// </summary>
internal sealed unsafe class ImageProcessor
{
    private const int Channels = 3;

    // The number of result rows per task: enough to rarely compute the smoothed rows of adjacent tasks twice.
    private const int RowsPerTask = 48;

    private readonly int _size;
    private readonly float _pad;
    private readonly float[] _values = new float[256];
    private readonly float[] _mean;
    private readonly float[] _deviation;
    private readonly int _cores;
    private long _multiplications;

    public ImageProcessor(PreprocessorConfig config, int size, float pad, int maxDegreeOfParallelism)
    {
        _size = size;
        _pad = pad;
        for (var value = 0; value < _values.Length; value++)
            _values[value] = config.DoRescale ? (float)(value * config.RescaleFactor) : value;
        _mean = config.DoNormalize ? config.ImageMean : [0, 0, 0];
        _deviation = config.DoNormalize ? config.ImageStd : [1, 1, 1];
        _cores = maxDegreeOfParallelism > 0 ? maxDegreeOfParallelism : Environment.ProcessorCount;
    }

    /// <summary>The number of values of one processed image: three planes.</summary>
    public int Length => Channels * _size * _size;

    /// <summary>The number of multiplications performed for smoothing so far.</summary>
    public long Multiplications => _multiplications;

    /// <summary>Writes the three planes of an image.</summary>
    public void Run(RgbImage image, float[] output, int offset, CancellationToken cancellationToken = default)
    {
        var side = Math.Max(image.Width, image.Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + Length, output.Length, nameof(offset));
        var weights = GaussianKernel.ForReduction((double)side / _size);
        var axis = new ResizeAxis(side, _size);
        var (lowest, highest) = Range(image);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _cores, CancellationToken = cancellationToken };
        Parallel.For(0, (_size + RowsPerTask - 1) / RowsPerTask, parallel, task =>
        {
            using var rows = new SmoothedRows(image, _values, _pad, weights, axis);
            for (var y = task * RowsPerTask; y < Math.Min(_size, (task + 1) * RowsPerTask); y++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                fixed (float* planes = output)
                    Row(rows, axis, y, lowest, highest, planes + offset + (long)y * _size);
            }

            Interlocked.Add(ref _multiplications, rows.Multiplications);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(SmoothedRows rows, ResizeAxis axis, int y, float lowest, float highest, float* output)
    {
        var upper = rows.Samples(axis.Lower[y]);
        var lower = rows.Samples(axis.Upper[y]);
        var down = axis.Fraction[y];
        for (var x = 0; x < _size; x++, upper += 2 * Channels, lower += 2 * Channels)
        {
            var across = axis.Fraction[x];
            for (var channel = 0; channel < Channels; channel++)
            {
                var above = (1 - across) * upper[channel] + across * upper[channel + Channels];
                var below = (1 - across) * lower[channel] + across * lower[channel + Channels];
                var value = Math.Clamp((float)((1 - down) * above + down * below), lowest, highest);
                output[(long)channel * _size * _size + x] = (value - _mean[channel]) / _deviation[channel];
            }
        }
    }

    private (float Lowest, float Highest) Range(RgbImage image)
    {
        var (lowest, highest) = (TensorPrimitives.Min(image.Pixels), TensorPrimitives.Max(image.Pixels));
        var padded = image.Width != image.Height;
        return (padded ? MathF.Min(_values[lowest], _pad) : _values[lowest], padded ? MathF.Max(_values[highest], _pad) : _values[highest]);
    }
}
