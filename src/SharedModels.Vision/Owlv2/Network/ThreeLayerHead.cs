using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Computes dense2(gelu(dense1(gelu(dense0(f))))) with the exact gelu, regardless of the activation of the towers.</summary>
internal sealed class ThreeLayerHead(NetworkContext context, string name, int width, int outputs)
{
    private readonly LinearLayer _dense0 = new(context, width, width, $"{name}_head.dense0");
    private readonly LinearLayer _dense1 = new(context, width, width, $"{name}_head.dense1");
    private readonly LinearLayer _dense2 = new(context, width, outputs, $"{name}_head.dense2");

    public ITensor Run(ITensor features)
    {
        using var first = _dense0.Run(features, Activation.Gelu);
        context.Observe($"{name}_dense0_gelu", first);
        using var second = _dense1.Run(first, Activation.Gelu);
        context.Observe($"{name}_dense1_gelu", second);
        return _dense2.Run(second);
    }
}
