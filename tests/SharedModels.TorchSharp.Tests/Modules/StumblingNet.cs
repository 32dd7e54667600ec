using SharedModels.Cuda.Tests.Driver;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;
using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>
/// A net whose device is the host's memory as well. As TorchSharp has it, it moves tensor by tensor, remembers where it is once all have
/// moved, and does nothing if asked for the place that it remembers; its second tensor fails as often as it is told.
/// </summary>
internal sealed class StumblingNet : torch.nn.Module<torch.Tensor, torch.Tensor>
{
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes what is registered, under the names of the fields.
    private readonly Linear layer = torch.nn.Linear(2, 2);
    private readonly Parameter scale = torch.nn.Parameter(torch.tensor([2f, 3f]));
    private readonly torch.Tensor links = SparseMatrix.Make();
#pragma warning restore CA2213, IDE1006
    private DeviceType _place = DeviceType.CPU;

    public StumblingNet()
        : base("stumbling")
    {
        register_buffer("links", links);
        RegisterComponents();
    }

    public int Failures { get; set; }

    public string Error { get; init; } = "CUDA out of memory. Tried to allocate 20.00 MiB";

    public IEnumerable<torch.Tensor> Weights =>
        ModuleTensors.Of(this).Where(static found => found.Name != "links").Select(static found => found.Tensor);

    public override torch.Tensor forward(torch.Tensor input) => links.matmul(layer.forward(input)) * scale;

    public float[] Run() => TwoLayers.Read(call(torch.tensor([1f, 2f, 3f, 4f]).reshape(2, 2)));

    protected override torch.nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => Move(deviceType);

    private StumblingNet Move(DeviceType place)
    {
        if (place == _place)
            return this;
        using var noGradients = torch.no_grad();
        foreach (var (index, tensor) in Weights.Index())
        {
            if (index == 1 && Failures > 0)
            {
                Failures--;
                throw new TorchError(Error);
            }

            using var copy = tensor.clone();
            tensor.PointTo(copy);
        }

        _place = place;
        return this;
    }
}
