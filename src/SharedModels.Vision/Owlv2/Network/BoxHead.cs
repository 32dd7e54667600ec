using SharedModels.Compute;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Network;

/// <summary>Predicts the box of the object in each patch: center, width and height, relative to the padded square.</summary>
internal sealed class BoxHead
{
    private const int Sides = 4;

    private readonly NetworkContext _context;
    private readonly ThreeLayerHead _head;
    private readonly float[] _bias;

    public BoxHead(NetworkContext context, VisionConfig config)
    {
        _context = context;
        _head = new ThreeLayerHead(context, "box", config.HiddenSize, Sides);
        _bias = BiasOf(config.Grid);
    }

    /// <summary>Returns cx, cy, w and h of each patch, image after image.</summary>
    public float[] Run(ITensor features)
    {
        using var raw = _head.Run(features);
        _context.Observe("box_raw", raw);
        var boxes = _context.Download(raw);
        for (var i = 0; i < boxes.Length; i++)
            boxes[i] = PostProcessor.Sigmoid(boxes[i] + _bias[i % _bias.Length]);
        return boxes;
    }

    /// <summary>Returns the logits of each patch's bottom right corner and of a patch's size.</summary>
    public static float[] BiasOf(int grid)
    {
        var bias = new float[grid * grid * Sides];
        for (var patch = 0; patch < grid * grid; patch++)
        {
            bias[patch * Sides] = Logit((patch % grid + 1) / (float)grid);
            bias[patch * Sides + 1] = Logit((patch / grid + 1) / (float)grid);
            bias[patch * Sides + 2] = bias[patch * Sides + 3] = Logit(1f / grid);
        }

        return bias;
    }

    // log1p of a float32 difference. The rounding matters in the last row and column, where the difference is close to -1.
    private static float Logit(float value) => MathF.Log(value + 1e-4f) - (float)Math.Log(1 + (double)(1e-4f - value));
}
