using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// The rows of the padded and smoothed square, at the columns that are sampled from it. The square itself, at 12 bytes per pixel, is
/// never created. Only one thread can use it at a time. Request rows in roughly ascending order, because otherwise they are computed
/// again.
/// </summary>
/// <remarks>
/// The work depends on the pixels of the image, regardless of the length of the other side. One column represents all columns of padding,
/// and one row represents all rows with only padding around them. A sample with only padding around it is computed once per row.
/// </remarks>
internal sealed unsafe class SmoothedRows : IDisposable
{
    private const int Channels = 3;

    // A sample is read and written as four numbers. The last one belongs to the next sample.
    private const int Spare = 1;

    private readonly RgbImage _image;
    private readonly float[] _values;
    private readonly float _pad;
    private readonly double[] _weights;
    private readonly ResizeAxis _axis;
    private readonly int _side;
    private readonly int _radius;

    // The columns of the image, plus one column of padding if there is padding on the right.
    private readonly int _columns;

    // The number of columns in the neighborhood of samples, except samples with only padding around them.
    private readonly int _reach;

    private readonly int _ring;
    private readonly int[] _padded;
    private readonly int[] _sampled = [-1, -1, -1];
    private readonly float[] _rented;
    private readonly MemoryHandle _pin;
    private readonly float* _rows;
    private readonly float* _wide;
    private readonly float* _samples;

    /// <param name="image">The image.</param>
    /// <param name="values">The number for each byte value.</param>
    /// <param name="pad">The number that fills the rest of the square.</param>
    /// <param name="weights">The 2r + 1 smoothing weights.</param>
    /// <param name="axis">The columns to sample.</param>
    public SmoothedRows(RgbImage image, float[] values, float pad, double[] weights, ResizeAxis axis)
    {
        _image = image;
        _values = values;
        _pad = pad;
        _weights = weights;
        _axis = axis;
        _side = Math.Max(image.Width, image.Height);
        _radius = weights.Length / 2;
        _columns = Math.Min(_side, image.Width + 1);
        _reach = Math.Min(_side, image.Width + 2 * _radius + 1);
        _ring = weights.Length + 1;
        _padded = new int[_ring];
        Array.Fill(_padded, -1);
        var wide = (_reach + 2 * _radius) * Channels + Spare;
        _rented = ArrayPool<float>.Shared.Rent(checked(_ring * _columns * Channels + wide + _sampled.Length * SampleLength));
        _pin = _rented.AsMemory().Pin();
        _rows = (float*)_pin.Pointer;
        _wide = _rows + (long)_ring * _columns * Channels;
        _samples = _wide + wide;
    }

    /// <summary>The number of multiplications performed for smoothing so far.</summary>
    public long Multiplications { get; private set; }

    private int SampleLength => 2 * _axis.Lower.Length * Channels + Spare;

    /// <summary>
    /// Returns a row of the smoothed square. For each position of the axis, it contains the three numbers of the lower column, followed
    /// by those of the upper column. The row is valid until two other rows have been requested.
    /// </summary>
    public float* Samples(int y)
    {
        // All rows far below the image are the same and have their own slot.
        var isPadding = IsPadding(y, _image.Height);
        var (row, slot) = isPadding ? (_image.Height, 2) : (y, y & 1);
        var samples = _samples + (long)slot * SampleLength;
        if (_sampled[slot] == row)
            return samples;
        _sampled[slot] = row;
        if (_radius == 0)
            Sample(Padded(y), samples);
        else if (isPadding)
            SmoothPadding(samples);
        else
            Smooth(y, samples);
        return samples;
    }

    public void Dispose()
    {
        _pin.Dispose();
        ArrayPool<float>.Shared.Return(_rented);
    }

    // True if smoothing at this position reads only padding. The edge of the square is mirrored.
    private bool IsPadding(int place, int existing) =>
        place - _radius >= existing && (place + _radius < _side || 2 * (_side - 1) - (place + _radius) >= existing);

    private float* Padded(int y)
    {
        // All rows below the image are the same.
        y = Math.Min(y, _image.Height);
        var slot = y % _ring;
        var row = _rows + (long)slot * _columns * Channels;
        if (_padded[slot] == y)
            return row;
        _padded[slot] = y;
        var target = new Span<float>(row, _columns * Channels);
        var filled = 0;
        if (y < _image.Height)
        {
            var source = _image.Row(y);
            for (; filled < source.Length; filled++)
                target[filled] = _values[source[filled]];
        }

        target[filled..].Fill(_pad);
        return row;
    }

    private void Sample(float* row, float* samples)
    {
        for (var i = 0; i < _axis.Lower.Length; i++, samples += 2 * Channels)
        {
            Copy(row + Math.Min(_axis.Lower[i], _columns - 1) * Channels, samples);
            Copy(row + Math.Min(_axis.Upper[i], _columns - 1) * Channels, samples + Channels);
        }
    }

    private void Smooth(int y, float* samples)
    {
        var inner = _wide + _radius * Channels;
        var rows = stackalloc float*[_weights.Length];
        for (var k = 0; k < _weights.Length; k++)
            rows[k] = Padded(MirrorIndex.Of(y + k - _radius, _side));
        Correlation.Run(_weights, rows, _columns * Channels, inner);
        Multiplications += (long)_weights.Length * _columns * Channels;

        for (var x = _columns; x < _reach; x++)
            Copy(inner + (_columns - 1) * Channels, inner + x * Channels);
        for (var x = 1; x <= _radius; x++)
        {
            Copy(inner + MirrorIndex.Of(-x, _side) * Channels, inner - x * Channels);
            if (_reach == _side)
                Copy(inner + MirrorIndex.Of(_side - 1 + x, _side) * Channels, inner + (_side - 1 + x) * Channels);
        }

        SmoothSamples(inner, samples);
    }

    // Smoothed padding differs slightly from the padding, because the sum of the weights is not exactly 1.
    private void SmoothPadding(float* samples)
    {
        var value = (float)_weights.Sum(weight => weight * _pad);
        new Span<float>(_wide, _weights.Length * Channels + Spare).Fill(value);
        new Span<float>(samples, SampleLength).Fill(Sum(_wide + _radius * Channels).ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SmoothSamples(float* inner, float* samples)
    {
        var padding = Vector128<float>.Zero;
        var hasPadding = false;
        for (var i = 0; i < _axis.Lower.Length; i++, samples += 2 * Channels)
        {
            SmoothSample(_axis.Lower[i], samples);
            SmoothSample(_axis.Upper[i], samples + Channels);
        }

        void SmoothSample(int x, float* sample)
        {
            if (!IsPadding(x, _image.Width))
            {
                Sum(inner + x * Channels).Store(sample);
                return;
            }

            if (!hasPadding)
                (padding, hasPadding) = (Sum(inner + (_image.Width + _radius) * Channels), true);
            padding.Store(sample);
        }
    }

    // Around one column. Like scipy, it sums in double precision and stores in single precision.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector128<float> Sum(float* middle)
    {
        var sum = Vector256<double>.Zero;
        var column = middle - _radius * Channels;
        foreach (var weight in _weights)
        {
            var value = Vector256.WidenLower(Vector128.Load(column).ToVector256Unsafe());
            sum = Vector256.MultiplyAddEstimate(value, Vector256.Create(weight), sum);
            column += Channels;
        }

        Multiplications += (long)_weights.Length * Channels;
        return Vector256.Narrow(sum, sum).GetLower();
    }

    private static void Copy(float* from, float* to) => (to[0], to[1], to[2]) = (from[0], from[1], from[2]);
}
