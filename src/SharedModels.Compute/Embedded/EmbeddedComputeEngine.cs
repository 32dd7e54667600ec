using System.Runtime.CompilerServices;
using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Embedded;

/// <summary>Computes on the CPU with the vector registers that .NET exposes, without a native library.</summary>
internal sealed unsafe class EmbeddedComputeEngine : IComputeEngine
{
    private readonly NativeBufferPool _pool = new();
    private readonly Workers _workers;
    private readonly RowMath _math;
    private readonly Gemm _gemm;
    private readonly AttentionKernel _attention;

    public EmbeddedComputeEngine(ComputeEngineOptions options)
        : this(options, MicroKernel.WidestWidth)
    {
    }

    internal EmbeddedComputeEngine(ComputeEngineOptions options, VectorWidth width)
    {
        _workers = new Workers(options.MaxDegreeOfParallelism);
        _math = RowMath.For(width);
        var kernel = MicroKernel.For(width);
        _gemm = new Gemm(kernel, width, _workers, _pool);
        _attention = new AttentionKernel(kernel, _math, _workers, _pool);
    }

    public Device Device => Device.Cpu;

    public CancellationToken Cancellation
    {
        get => _workers.Cancellation;
        set => _workers.Cancellation = value;
    }

    /// <summary>The bytes of activations and scratch memory that are in use or kept for reuse.</summary>
    internal long AllocatedBytes => _pool.AllocatedBytes;

    public void Trim() => _pool.Trim();

    public ITensor AddMatrix(params ReadOnlySpan<WeightView> parts)
    {
        EngineChecks.AddMatrix(parts);
        return WeightTensor.Below(this, parts);
    }

    public ITensor AddVector(params ReadOnlySpan<WeightView> parts)
    {
        EngineChecks.AddVector(parts);
        return WeightTensor.Beside(this, parts);
    }

    public ITensor Upload(ReadOnlySpan<float> values, int rows, int columns)
    {
        EngineChecks.Upload(values, rows, columns);
        var result = new BufferTensor(this, _pool.Rent((long)rows * columns), rows, columns);
        values.CopyTo(Span(result));
        return result;
    }

    public void Download(ITensor source, Span<float> destination)
    {
        var from = Own(source);
        EngineChecks.Download(from, destination);
        Span(from).CopyTo(destination);
    }

    public ITensor Linear(
        ITensor input, ITensor weight, ITensor? bias = null, Activation activation = Activation.None, ITensor? residual = null)
    {
        var x = Own(input);
        var w = OwnWeight(weight);
        EngineChecks.Linear(x, w, bias, residual);
        var (b, r) = (bias is null ? null : OwnWeight(bias), residual is null ? null : Own(residual));
        return Create(x.Rows, w.Rows, result => _gemm.Run(x, w, result, b, activation, r));
    }

    public ITensor LayerNorm(ITensor input, ITensor gain, ITensor bias, float epsilon)
    {
        var x = Own(input);
        var width = x.Columns;
        EngineChecks.LayerNorm(x, gain, bias);
        using var gains = Read(gain);
        using var biases = Read(bias);
        return Create(x.Rows, width, result => _workers.RunRows(x.Rows, width, (first, last) =>
        {
            for (var row = first; row < last; row++)
                _math.LayerNorm(x.Row(row), gains.Data, biases.Data, epsilon, width, result.Row(row));
        }));
    }

    public ITensor Attention(ITensor queriesKeysValues, int heads, int sequences = 1, bool causal = false)
    {
        var x = Own(queriesKeysValues);
        EngineChecks.Attention(x, heads, sequences);
        return Create(x.Rows, x.Columns / 3, result => _attention.Run(x, result, heads, sequences, causal));
    }

    public ITensor Patches(ITensor pixels, int channels, int patch)
    {
        var x = Own(pixels);
        var side = EngineChecks.Patches(x, channels, patch);
        var grid = side / patch;
        var patches = x.Rows / channels * grid * grid;
        return Create(patches, channels * patch * patch, result => _workers.RunRows(patches, result.Columns, (first, last) =>
        {
            for (var row = first; row < last; row++)
            {
                var (image, cell) = Math.DivRem(row, grid * grid);
                var corner = (long)(cell / grid * patch) * side + cell % grid * patch;
                var to = result.Row(row);
                for (var channel = 0; channel < channels; channel++)
                {
                    var plane = x.Row(image * channels + channel) + corner;
                    for (var y = 0; y < patch; y++, to += patch)
                        Copy(plane + (long)y * side, patch, to);
                }
            }
        }));
    }

    public ITensor AddClassToken(ITensor patches, ITensor classToken, ITensor positions)
    {
        var x = Own(patches);
        var table = OwnWeight(positions);
        var tokens = table.Rows;
        EngineChecks.AddClassToken(x, classToken, positions);
        using var first = Read(classToken);
        return Create(x.Rows / (tokens - 1) * tokens, x.Columns, result =>
        {
            for (var row = 0; row < result.Rows; row++)
            {
                var (image, token) = Math.DivRem(row, tokens);
                var to = result.Row(row);
                table.ReadRow(token, 0, x.Columns, to);
                _math.Add(to, token == 0 ? first.Data : x.Row(image * (tokens - 1) + token - 1), x.Columns, to);
            }
        });
    }

    public ITensor MergeClassToken(ITensor tokens, int images)
    {
        var x = Own(tokens);
        EngineChecks.MergeClassToken(x, images);
        var patches = x.Rows / images - 1;
        return Create(images * patches, x.Columns, result =>
        {
            for (var row = 0; row < result.Rows; row++)
            {
                var first = row / patches * (patches + 1);
                _math.Multiply(x.Row(first + 1 + row % patches), x.Row(first), x.Columns, result.Row(row));
            }
        });
    }

    public ITensor EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length)
    {
        var tokens = OwnWeight(table);
        var places = OwnWeight(positions);
        EngineChecks.EmbedTokens(ids, tokens, places, length);
        var all = ids.ToArray();
        using var place = _pool.Rent(tokens.Columns);
        return Create(all.Length, tokens.Columns, result =>
        {
            for (var row = 0; row < all.Length; row++)
            {
                var to = result.Row(row);
                tokens.ReadRow(all[row], 0, tokens.Columns, to);
                places.ReadRow(row % length, 0, tokens.Columns, place.Data);
                _math.Add(to, place.Data, tokens.Columns, to);
            }
        });
    }

    public ITensor SelectRows(ITensor input, ReadOnlySpan<int> rows)
    {
        var x = Own(input);
        EngineChecks.SelectRows(x, rows);
        var picked = rows.ToArray();
        return Create(picked.Length, x.Columns, result =>
        {
            for (var i = 0; i < picked.Length; i++)
                Copy(x.Row(picked[i]), x.Columns, result.Row(i));
        });
    }

    public ITensor NormalizeRows(ITensor input, float epsilon)
    {
        var x = Own(input);
        return Create(x.Rows, x.Columns, result =>
        {
            for (var row = 0; row < x.Rows; row++)
            {
                var from = x.Row(row);
                _math.Scale(from, 1 / (MathF.Sqrt(_math.Dot(from, from, x.Columns)) + epsilon), x.Columns, result.Row(row));
            }
        });
    }

    public ITensor ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale)
    {
        var e = Own(embeddings);
        var q = Own(queries);
        var s = Own(shiftAndScale);
        EngineChecks.ScoreQueries(e, q, s);
        return Create(e.Rows, q.Rows, result => _workers.RunRows(e.Rows, (long)q.Rows * e.Columns, (first, last) =>
        {
            for (var row = first; row < last; row++)
            {
                var (shift, scale) = (s.Row(row)[0], s.Row(row)[1]);
                var factor = scale > 0 ? scale + 1 : MathF.Exp(scale);
                for (var query = 0; query < q.Rows; query++)
                    result.Row(row)[query] = (_math.Dot(e.Row(row), q.Row(query), e.Columns) + shift) * factor;
            }
        }));
    }

    public void Dispose() => _pool.Dispose();

    private static Span<float> Span(BufferTensor tensor) => new(tensor.Data, checked(tensor.Rows * tensor.Columns));

    private static void Copy(float* from, int count, float* to) => Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));

    // A computation that ends early, for example because it is canceled, keeps no memory.
    private BufferTensor Create(int rows, int columns, Action<BufferTensor> compute)
    {
        var result = new BufferTensor(this, _pool.Rent((long)rows * columns), rows, columns);
        try
        {
            compute(result);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private NativeBuffer Read(ITensor vector)
    {
        var weight = OwnWeight(vector);
        var buffer = _pool.Rent(weight.Columns);
        weight.ReadRow(0, 0, weight.Columns, buffer.Data);
        return buffer;
    }

    // Both checks come before memory is allocated, so that a rejected call allocates nothing.
    private BufferTensor Own(ITensor tensor)
    {
        if (tensor is not BufferTensor own || own.Engine != this)
            throw new ArgumentException("The tensor is not an activation tensor of this engine.", nameof(tensor));
        ObjectDisposedException.ThrowIf(own.IsDisposed, typeof(ITensor));
        Cancellation.ThrowIfCancellationRequested();
        return own;
    }

    private WeightTensor OwnWeight(ITensor tensor)
    {
        if (tensor is not WeightTensor own || own.Engine != this)
            throw new ArgumentException("The tensor is not a weight tensor of this engine.", nameof(tensor));
        ObjectDisposedException.ThrowIf(own.IsDisposed, typeof(ITensor));
        Cancellation.ThrowIfCancellationRequested();
        return own;
    }
}
