using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>A net with a sparse matrix, which cannot be a view of anything.</summary>
internal sealed class SparseNet : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006, CS0618 // TorchSharp disposes what is registered, under the names of the fields; older versions have sparse alone.
    private readonly Parameter scale = torch.nn.Parameter(torch.tensor([2f, 3f]));
    private readonly torch.Tensor links = torch.sparse(torch.tensor([0L, 1L, 0L, 1L]).reshape(2, 2), torch.tensor([1f, 1f]), [2, 2]);
    private readonly Parameter shift = torch.nn.Parameter(torch.tensor([1f, 1f]));
#pragma warning restore CA2213, IDE1006, CS0618

    public SparseNet()
        : base("sparse")
    {
        register_buffer("links", links);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor input) => links.matmul(input) * scale + shift;

    public float[] Run() => TwoLayers.Read(call(torch.tensor([1f, 2f, 3f, 4f]).reshape(2, 2)));
}
