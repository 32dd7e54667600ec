using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>A net whose parts use one weight under two names, like the two ends of a language model.</summary>
internal sealed class TiedLayers : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
    private readonly TiedLayer encoder;
    private readonly TiedLayer decoder;
    private readonly Parameter offset = torch.nn.Parameter(torch.tensor([1f, 2f]));
#pragma warning restore CA2213, IDE1006

    public TiedLayers()
        : base("tied")
    {
        var weight = torch.nn.Parameter(torch.tensor([1f, 2f, 3f, 4f]).reshape(2, 2));
        encoder = new(weight);
        decoder = new(weight);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input) => decoder.forward(encoder.forward(input)) + offset;

    private sealed class TiedLayer : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable IDE1006
        private readonly Parameter weight;
#pragma warning restore IDE1006

        public TiedLayer(Parameter shared)
            : base("layer")
        {
            weight = shared;
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor input) => input.matmul(weight);
    }
}
