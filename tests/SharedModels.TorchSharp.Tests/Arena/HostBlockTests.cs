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
    public void Memory_that_nobody_disposed_is_unpinned_when_it_is_collected()
    {
        Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Empty(_driver.Memory.Registered);
        Assert.Equal(0, _quota.Bytes);
    }

    [TorchFact]
    public void Memory_that_somebody_uses_stays_pinned()
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop() => Assert.True(Make().IsPinned);

    private HostBlock Make()
    {
        var block = new HostBlock(1 << 20);
        block.Pin(new(_driver.Driver, _quota, 1 << 30, NullLogger.Instance));
        return block;
    }
}
