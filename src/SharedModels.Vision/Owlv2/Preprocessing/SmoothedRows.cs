using System.Buffers;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// Rows of the padded and smoothed square, made when they are asked for: the square itself, 12 bytes a pixel, never exists. One thread at a
/// time; rows must be asked for in about ascending order, or they are made again.
/// </summary>
internal sealed unsafe class SmoothedRows : IDisposable
{
    private const int Channels = 3;

    private readonly RgbImage _image;
    private readonly float[] _values;
    private readonly float _pad;
    private readonly double[] _weights;
    private readonly int _side;
    private readonly int _radius;
    private readonly int _ring;
    private readonly int _margin;
    private readonly int[] _held;
    private readonly float[] _rented;
    private readonly MemoryHandle _pin;
    private readonly float* _memory;

    /// <param name="image">The image.</param>
    /// <param name="values">The value of each byte.</param>
    /// <param name="pad">The value that fills the rest of the square.</param>
    /// <param name="weights">The smoothing, 2r + 1 weights.</param>
    public SmoothedRows(RgbImage image, float[] values, float pad, double[] weights)
    {
        _image = image;
        _values = values;
        _pad = pad;
        _weights = weights;
        _side = Math.Max(image.Width, image.Height);
        _radius = weights.Length / 2;
        _ring = weights.Length + 1;
        _margin = _radius * Channels;
        _held = new int[_ring + 2];
        Array.Fill(_held, -1);
        RowLength = _side * Channels;
        _rented = ArrayPool<float>.Shared.Rent(checked((_ring + 2) * RowLength + RowLength + 2 * _margin));
        _pin = _rented.AsMemory().Pin();
        _memory = (float*)_pin.Pointer;
    }

    /// <summary>Numbers in a row: three a pixel.</summary>
    public int RowLength { get; }

    /// <summary>A row of the padded square; valid until the next call.</summary>
    public float* Padded(int y)
    {
        // All rows below the image are one.
        y = Math.Min(y, _image.Height);
        var slot = y % _ring;
        var row = _memory + (long)slot * RowLength;
        if (_held[slot] == y)
            return row;
        _held[slot] = y;
        var target = new Span<float>(row, RowLength);
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

    /// <summary>A row of the smoothed square; valid until two others have been made.</summary>
    public float* Smoothed(int y)
    {
        if (_radius == 0)
            return Padded(y);
        var slot = _ring + (y & 1);
        var row = _memory + (long)slot * RowLength;
        if (_held[slot] == y)
            return row;
        _held[slot] = y;
        Smooth(y, row);
        return row;
    }

    public void Dispose()
    {
        _pin.Dispose();
        ArrayPool<float>.Shared.Return(_rented);
    }

    private void Smooth(int y, float* output)
    {
        var wide = _memory + (long)(_ring + 2) * RowLength;
        var inner = wide + _margin;
        var rows = stackalloc float*[_weights.Length];
        for (var k = 0; k < _weights.Length; k++)
            rows[k] = Padded(MirrorIndex.Of(y + k - _radius, _side));
        Correlation.Run(_weights, rows, RowLength, inner);

        for (var x = 1; x <= _radius; x++)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                inner[channel - x * Channels] = inner[MirrorIndex.Of(-x, _side) * Channels + channel];
                inner[(_side - 1 + x) * Channels + channel] = inner[MirrorIndex.Of(_side - 1 + x, _side) * Channels + channel];
            }
        }

        for (var k = 0; k < _weights.Length; k++)
            rows[k] = wide + k * Channels;
        Correlation.Run(_weights, rows, RowLength, output);
    }
}
