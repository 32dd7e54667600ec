using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class HostBlockTests : IDisposable
{
    private readonly CudaSimulator _driver = new(new SimulatedDevice("first", 1000, 1000));
    private readonly PinnedMemoryQuota _quota = new();

    public void Dispose() => _driver.Dispose();

    [TorchFact]
    public void Memory_that_was_not_disposed_is_unpinned_when_it_is_collected()
    {
        Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Empty(_driver.Memory.Registered);
        Assert.Equal(0, _quota.Bytes);
    }

    [TorchFact]
    public void Memory_in_use_stays_pinned()
    {
        var block = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal([block.Address], _driver.Memory.Registered.Keys);
        block.Dispose();
        block.Dispose();
        Assert.Empty(_driver.Memory.Registered);
        Assert.Equal(0, _quota.Bytes);
    }

    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_arena_whose_memory_cannot_be_unpinned_keeps_it_as_long_as_a_device_works(bool isOtherLost)
    {
        var (first, second) = (new SimulatedDevice("first", 1000, 1000), new SimulatedDevice("second", 1000, 1000));
        using var simulator = new CudaSimulator(first, second);
        using var runtime = new TorchRuntime(simulator.Driver, new(), _quota, NullLoggerFactory.Instance);

        // An allocator returns memory of this size to the system immediately.
        var arena = new WeightArena(new([new("a", (int)torch.ScalarType.Byte, 1, [40 << 20])]), runtime, "a test");
        arena.Pin();
        var (address, bytes) = Assert.Single(simulator.Memory.Registered);
        first.Fault = CudaCode.IllegalAddress;
        second.Fault = isOtherLost ? CudaCode.IllegalAddress : 0;
        arena.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(isOtherLost ? 0 : bytes, _quota.LeakedBytes);
        if (!isOtherLost)
            Assert.True(HostPages.AreMapped(address, bytes));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop() => Assert.True(Make().IsPinned);

    private HostBlock Make()
    {
        var block = new HostBlock(1 << 20);
        block.Pin(new(_driver.Driver, _quota, 1 << 30, NullLogger.Instance));
        return block;
    }
}
