using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>
/// A small net with the typical parts of modules: layers, a parameter of its own, a buffer of another type, and a shared weight.
/// </summary>
[SharedModel("two")]
internal sealed class TwoLayers : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
    private readonly Linear first = torch.nn.Linear(4, 4);
    private readonly Linear second = torch.nn.Linear(4, 4);
    private readonly Parameter scale = torch.nn.Parameter(torch.tensor([2f, 3f, 4f, 5f]));
    private readonly torch.Tensor steps = torch.tensor([7L]);
#pragma warning restore CA2213, IDE1006

    public TwoLayers()
        : base("two")
    {
        register_buffer("steps", steps);
        RegisterComponents();
    }

    public int Disposals { get; private set; }

    public override torch.Tensor forward(torch.Tensor input) => second.forward(first.forward(input)) * scale;

    public float[] Run() => Read(call(torch.tensor([1f, -2f, 0.5f, 3f]).reshape(1, 4).to(scale.dtype)));

    public static float[] Read(torch.Tensor tensor)
    {
        var bytes = tensor.to(torch.ScalarType.Float32).contiguous().bytes;
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
