using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>A net with a table that has no rows yet.</summary>
internal sealed class EmptyRows : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
    private readonly Parameter rows = torch.nn.Parameter(torch.zeros([0, 4], torch.ScalarType.Float32));
#pragma warning restore CA2213, IDE1006

    public EmptyRows()
        : base("empty") => RegisterComponents();

    public override torch.Tensor forward(torch.Tensor input) => torch.cat([rows, input], 0);
}
