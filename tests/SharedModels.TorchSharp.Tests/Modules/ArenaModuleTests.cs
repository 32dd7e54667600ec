using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class ArenaModuleTests
{
    [TorchFact]
    public void Views_of_an_arena_are_what_was_put_there_and_what_changes_it()
    {
        var entries = new ArenaEntry[] { new("a", (int)torch.ScalarType.Float32, 4, [2, 3]), new("b", (int)torch.ScalarType.Int64, 8, []) };
        using var arena = new WeightArena(new(entries), new(null, new(), 0, NullLogger.Instance), null);
        using var view = arena.View(arena.Layout["a"], onHost: true);
        using var values = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f]).reshape(2, 3);
        view.Overwrite(values);
        using var again = arena.View(arena.Layout["a"], onHost: true);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], TwoLayers.Read(again));
        Assert.Equal([2, 3], again.shape);
        using var number = arena.View(arena.Layout["b"], onHost: true);
        Assert.Empty(number.shape);
        Assert.Equal(arena.HostAddress(arena.Layout["a"]), TensorAddress.Of(again));
        Assert.Equal(0, TensorAddress.Of(again) % Environment.SystemPageSize);
    }

    [TorchFact]
    public void Overwriting_and_repointing_leave_the_tensor_alive()
    {
        using var tensor = torch.tensor([1f, 2f]);
        using var source = torch.tensor([3f, 4f, 5f]);
        tensor.PointTo(source);
        using (var other = torch.tensor([6f, 7f, 8f]))
            tensor.Overwrite(other);
        Assert.Equal([6f, 7f, 8f], TwoLayers.Read(tensor));
        Assert.Equal([6f, 7f, 8f], TwoLayers.Read(source));
        Assert.Equal(TensorAddress.Of(source), TensorAddress.Of(tensor));
    }

    [TorchFact]
    public void Tensors_of_nothing_go_where_the_module_goes_and_take_the_weights_there()
    {
        // Another kind of device that every libtorch has: it has no memory, but everything else that a device has.
        using var module = new TwoLayers();
        using var noGradients = torch.no_grad();
        foreach (var (_, tensor) in ModuleTensors.Of(module))
        {
            using var nothing = torch.empty([0], tensor.dtype, new torch.Device(DeviceType.CPU));
            tensor.PointTo(nothing);
        }

        var meta = new torch.Device(DeviceType.META);
        ModuleMove.Run(module, () => module.to(meta));
        foreach (var (_, tensor) in ModuleTensors.Of(module))
        {
            Assert.Equal((DeviceType.META, 0L), (tensor.device_type, tensor.NumberOfElements));
            using var block = torch.empty([100], tensor.dtype, meta);
            using var view = HostSegment.View(block, 10, 16, [4, 4]);
            tensor.PointTo(view);
            Assert.Equal([4, 4], tensor.shape);
        }

        Assert.Equal(6, ModuleTensors.Of(module).Count());
    }
}
