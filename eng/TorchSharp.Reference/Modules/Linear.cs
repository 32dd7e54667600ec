namespace TorchSharp.Modules;

public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Linear()
        : base("") => throw null!;

    public override torch.Tensor forward(torch.Tensor input) => throw null!;
}
