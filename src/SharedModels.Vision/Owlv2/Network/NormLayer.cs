using SharedModels.Compute;

namespace SharedModels.Vision.Network;

internal sealed class NormLayer(NetworkContext context, string name, int width, float epsilon)
{
    private readonly ITensor _gain = context.Vector($"{name}.weight", width);
    private readonly ITensor _bias = context.Vector($"{name}.bias", width);

    public ITensor Run(ITensor input) => context.Engine.LayerNorm(input, _gain, _bias, epsilon);
}
