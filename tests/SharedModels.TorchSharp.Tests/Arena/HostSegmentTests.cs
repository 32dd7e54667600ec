using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class HostSegmentTests
{
    private readonly FakeCudaDriver _driver = new(new FakeCudaDevice("first", 1000, 1000));
    private readonly PinnedMemoryQuota _quota = new();

    [TorchFact]
    public void Memory_that_nobody_disposed_is_unpinned_when_it_is_collected()
    {
        Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Empty(_driver.RegisteredHost);
        Assert.Equal(0, _quota.Bytes);
    }

    [TorchFact]
    public void Memory_that_somebody_uses_stays_pinned()
    {
        var segment = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal([segment.Address], _driver.RegisteredHost.Keys);
        segment.Dispose();
        segment.Dispose();
        Assert.Empty(_driver.RegisteredHost);
        Assert.Equal(0, _quota.Bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop() => Assert.True(Make().IsPinned);

    private HostSegment Make() =>
        new(new((int)torch.ScalarType.Float32, sizeof(float), 1 << 20), new(_driver, _quota, 1 << 30, NullLogger.Instance));
}
