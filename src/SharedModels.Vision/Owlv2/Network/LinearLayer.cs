using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Computes y = activation(x Wᵀ + b).</summary>
internal sealed class LinearLayer
{
    private readonly IComputeEngine _engine;
    private readonly ITensor _weight;
    private readonly ITensor _bias;

    /// <summary>Creates a layer. Several names stand for several layers with the same input, whose outputs are side by side.</summary>
    public LinearLayer(NetworkContext context, int inputs, int outputs, params ReadOnlySpan<string> names)
    {
        _engine = context.Engine;
        var weights = new string[names.Length];
        var biases = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
            (weights[i], biases[i]) = ($"{names[i]}.weight", $"{names[i]}.bias");
        _weight = context.Matrices(weights, outputs, inputs);
        _bias = context.Vectors(biases, outputs);
    }

    public ITensor Run(ITensor input, Activation activation = Activation.None, ITensor? residual = null) =>
        _engine.Linear(input, _weight, _bias, activation, residual);
}
