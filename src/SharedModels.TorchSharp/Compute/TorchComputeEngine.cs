using SharedModels.Compute;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <summary>
/// Computes with libtorch in one element type. Scores and norms of rows are computed in float32, because they are small but decisive.
/// </summary>
internal sealed partial class TorchComputeEngine : IEvictableComputeEngine
{
    private const float QuickGeluSlope = 1.702f;

    private readonly torch.Device _torchDevice;
    private readonly torch.ScalarType _type;
    private readonly TorchRuntime _runtime;

    public TorchComputeEngine(Device device, ElementType type, TorchRuntime runtime)
    {
        Device = device;
        _torchDevice = runtime.Locate(device);
        _type = TypeOf(type);
        _runtime = runtime;
    }

    public Device Device { get; }

    public CancellationToken Cancellation { get; set; }

    public ITensor Linear(
        ITensor input, ITensor weight, ITensor? bias = null, Activation activation = Activation.None, ITensor? residual = null)
    {
        var (x, w) = (Own(input), OwnWeight(weight));
        EngineChecks.Linear(x, w, bias, residual);
        var (b, r) = (bias is null ? null : OwnWeight(bias), residual is null ? null : Own(residual));
        using var scope = torch.NewDisposeScope();
        var result = torch.nn.functional.linear(x.Value, w.Value, b?.Value.view(w.Rows));
        result = activation switch
        {
            Activation.QuickGelu => result * result.mul(QuickGeluSlope).sigmoid(),
            Activation.Gelu => torch.nn.functional.gelu(result),
            _ => result,
        };
        return Keep(r is null ? result : result + r.Value);
    }

    public ITensor LayerNorm(ITensor input, ITensor gain, ITensor bias, float epsilon)
    {
        var x = Own(input);
        EngineChecks.LayerNorm(x, gain, bias);
        var (g, b) = (OwnWeight(gain), OwnWeight(bias));
        using var scope = torch.NewDisposeScope();
        return Keep(torch.nn.functional.layer_norm(x.Value, [x.Columns], g.Value.view(x.Columns), b.Value.view(x.Columns), epsilon));
    }

    public ITensor Attention(ITensor queriesKeysValues, int heads, int sequences = 1, bool causal = false)
    {
        var x = Own(queriesKeysValues);
        EngineChecks.Attention(x, heads, sequences);
        var (length, width) = (x.Rows / sequences, x.Columns / 3);
        using var scope = torch.NewDisposeScope();
        var all = x.Value.view(sequences, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).contiguous();
        var (query, key, value) = (all.select(0, 0), all.select(0, 1), all.select(0, 2));
        var result = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_casual: causal);
        return Keep(result.transpose(1, 2).reshape(x.Rows, width));
    }

    public ITensor Patches(ITensor pixels, int channels, int patch)
    {
        var x = Own(pixels);
        var side = EngineChecks.Patches(x, channels, patch);
        var (images, grid) = (x.Rows / channels, side / patch);
        using var scope = torch.NewDisposeScope();
        var whole = x.Value.view(images, channels, side, side).narrow(2, 0, grid * patch).narrow(3, 0, grid * patch);
        var cut = whole.reshape(images, channels, grid, patch, grid, patch).permute(0, 2, 4, 1, 3, 5);
        return Keep(cut.reshape(images * grid * grid, channels * patch * patch));
    }

    public ITensor AddClassToken(ITensor patches, ITensor classToken, ITensor positions)
    {
        var (x, token, table) = (Own(patches), OwnWeight(classToken), OwnWeight(positions));
        var tokens = table.Rows;
        EngineChecks.AddClassToken(x, token, table);
        var images = x.Rows / (tokens - 1);
        using var scope = torch.NewDisposeScope();
        var first = torch.zeros([images, 1, x.Columns], _type, _torchDevice) + token.Value;
        var all = torch.cat([first, x.Value.view(images, tokens - 1, x.Columns)], 1) + table.Value;
        return Keep(all.reshape(images * tokens, x.Columns));
    }

    public ITensor MergeClassToken(ITensor tokens, int images)
    {
        var x = Own(tokens);
        EngineChecks.MergeClassToken(x, images);
        var patches = x.Rows / images - 1;
        using var scope = torch.NewDisposeScope();
        var all = x.Value.view(images, patches + 1, x.Columns);
        return Keep((all.narrow(1, 1, patches) * all.narrow(1, 0, 1)).reshape(images * patches, x.Columns));
    }

    public ITensor EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length)
    {
        var (tokens, places) = (OwnWeight(table), OwnWeight(positions));
        EngineChecks.EmbedTokens(ids, tokens, places, length);
        using var scope = torch.NewDisposeScope();
        var found = tokens.Value.index_select(0, Indices(ids)).view(
            ids.Length / length, length, tokens.Columns) + places.Value.narrow(0, 0, length);
        return Keep(found.reshape(ids.Length, tokens.Columns));
    }

    public ITensor SelectRows(ITensor input, ReadOnlySpan<int> rows)
    {
        var x = Own(input);
        EngineChecks.SelectRows(x, rows);
        using var scope = torch.NewDisposeScope();
        return Keep(x.Value.index_select(0, Indices(rows)));
    }

    public ITensor NormalizeRows(ITensor input, float epsilon)
    {
        var x = Own(input);
        using var scope = torch.NewDisposeScope();
        var wide = x.Value.to(torch.ScalarType.Float32);
        return Keep(wide.div(wide.norm(1, keepdim: true).add(epsilon)).to(_type));
    }

    public ITensor ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale)
    {
        var (e, q, s) = (Own(embeddings), Own(queries), Own(shiftAndScale));
        EngineChecks.ScoreQueries(e, q, s);
        using var scope = torch.NewDisposeScope();
        var fits = e.Value.to(torch.ScalarType.Float32).matmul(q.Value.to(torch.ScalarType.Float32).transpose(0, 1));
        var wide = s.Value.to(torch.ScalarType.Float32);
        var (shift, scale) = (wide.narrow(1, 0, 1), wide.narrow(1, 1, 1).elu(1f, 1f, 1f).add(1f));
        return Keep((fits + shift) * scale);
    }

    private torch.Tensor Indices(ReadOnlySpan<int> rows)
    {
        var indices = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            indices[i] = rows[i];
        return torch.tensor(indices, torch.ScalarType.Int64).to(_torchDevice);
    }

    private TorchTensor Own(ITensor tensor) => Find(tensor, isWeight: false);

    private TorchTensor OwnWeight(ITensor tensor)
    {
        var own = Find(tensor, isWeight: true);

        // A caller that adds weights and uses them does not have to report that they are complete.
        if (!own.HasValue && !_isAway && !_isDisposed)
            Enter();
        return own;
    }

    // Every operation looks up its tensors first.
    private TorchTensor Find(ITensor tensor, bool isWeight)
    {
        if (tensor is not TorchTensor own || own.Engine != this || own.IsWeight != isWeight)
            throw new ArgumentException(
                $"The tensor is not {(isWeight ? "a weight" : "an activation")} tensor of this engine.", nameof(tensor));
        Cancellation.ThrowIfCancellationRequested();
        return own;
    }
}
