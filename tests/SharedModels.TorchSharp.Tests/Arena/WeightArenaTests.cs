using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Native;
using SharedModels.TorchSharp.Tests.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class WeightArenaTests
{
    [TorchFact]
    public void Views_of_an_arena_are_what_was_put_there_and_what_changes_it()
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
