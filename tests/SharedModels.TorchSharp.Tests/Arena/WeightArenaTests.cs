using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Native;
using SharedModels.TorchSharp.Tests.Modules;
using SharedModels.TorchSharp.Tests.StandIn;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class WeightArenaTests
{
    [TorchFact]
    public void Views_of_an_arena_show_its_content_and_change_it()
    {
        var entries = new ArenaEntry[] { new("a", (int)torch.ScalarType.Float32, 4, [2, 3]), new("b", (int)torch.ScalarType.Int64, 8, []) };
        using var runtime = new TorchRuntime(null, new(), new(), NullLoggerFactory.Instance);
        using var arena = new WeightArena(new(entries), runtime, "a test");
        using var view = arena.View(arena.Layout["a"], onHost: true);
        using var values = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f]).reshape(2, 3);
        view.copy_(values);
        using var again = arena.View(arena.Layout["a"], onHost: true);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], TwoLayers.Read(again));
        Assert.Equal([2, 3], again.shape);
        using var number = arena.View(arena.Layout["b"], onHost: true);
        Assert.Empty(number.shape);
        Assert.Equal(arena.HostAddress(arena.Layout["a"]), TensorMemory.AddressOf(again));
        Assert.Equal(0, TensorMemory.AddressOf(again) % Environment.SystemPageSize);
    }

    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Libtorch_asks_for_an_address_on_the_device_of_the_arena_although_another_one_is_current_and_lost(bool isCurrent)
    {
        var first = new SimulatedDevice("first", 1 << 30, 1 << 30);
        using var simulator = new CudaSimulator(first, new("second", 1 << 30, 1 << 30));
        using var runtime = new TorchRuntime(simulator.Driver, new(), new(), NullLoggerFactory.Instance);
        using var arena = new WeightArena(new([new("a", (int)torch.ScalarType.Float32, 4, [2, 3])]), runtime, "a test");
        if (isCurrent)
            simulator.MakeCurrent(0);
        int[] before = [.. simulator.Current];
        first.Fault = CudaCode.IllegalAddress;
        var asked = new List<int>();
        StandInDevice.WhenAddressIsAsked(
            () => asked.Add(simulator.Current.LastOrDefault(-1)), () => arena.MoveIn(Device.Cuda(1), StandInDevice.Place));
        Assert.Equal([1], asked);
        Assert.Equal(before, simulator.Current);
    }

    [TorchFact]
    public void Overwriting_and_repointing_leave_the_tensor_alive()
    {
        using var tensor = torch.tensor([1f, 2f]);
        using var source = torch.tensor([3f, 4f, 5f]);
        tensor.PointTo(source);
        using (var other = torch.tensor([6f, 7f, 8f]))
            tensor.copy_(other);
        Assert.Equal([6f, 7f, 8f], TwoLayers.Read(tensor));
        Assert.Equal([6f, 7f, 8f], TwoLayers.Read(source));
        Assert.Equal(TensorMemory.AddressOf(source), TensorMemory.AddressOf(tensor));
    }
}
