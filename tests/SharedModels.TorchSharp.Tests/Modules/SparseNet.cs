using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>A net with a sparse matrix.</summary>
internal sealed class SparseNet : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
    private readonly Parameter scale = torch.nn.Parameter(torch.tensor([2f, 3f]));
    private readonly torch.Tensor links = SparseMatrix.Make();
    private readonly Parameter shift = torch.nn.Parameter(torch.tensor([1f, 1f]));
#pragma warning restore CA2213, IDE1006

    public SparseNet()
        : base("sparse")
    {
        register_buffer("links", links);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input) => links.matmul(input) * scale + shift;

    public float[] Run() => TwoLayers.Read(call(torch.tensor([1f, 2f, 3f, 4f]).reshape(2, 2)));
}
