using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Memory;

/// <summary>The effects of host memory that is freed too early in the simulated driver: as in a real one, but reported.</summary>
public sealed class HostMemoryTests : IDisposable
{
    private const int Bytes = 64;

    private readonly HostPages _pages = new(2);
    private readonly SimulatedDevice _first = new("first", 1 << 20, 1 << 20);
    private readonly CudaSimulator _simulator;
    private readonly CudaDriver _driver;

    public HostMemoryTests()
    {
        _simulator = new(_first, new SimulatedDevice("second", 1 << 20, 1 << 20));
        _driver = _simulator.Driver;
    }

    private nint Page => _pages[0];

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void Memory_that_is_freed_while_it_is_registered_is_reported()
    {
        _driver.RegisterHost(0, Page, Bytes);
        _pages.Free(0);
        Assert.Contains(
            "registered memory was freed", Assert.Throws<InvalidOperationException>(_simulator.Dispose).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_is_freed_while_it_is_registered_is_reported_even_if_its_address_is_reused_by_the_end()
    {
        _driver.RegisterHost(0, Page, Bytes);
        _pages.Free(0);
        _driver.RegisterHost(0, _pages[1], Bytes);
        _pages.Reuse(0);
        Assert.Throws<InvalidOperationException>(_simulator.Dispose);
    }

    [Fact]
    public void Memory_that_is_freed_after_it_was_unregistered_is_not_reported()
    {
        _driver.RegisterHost(0, Page, Bytes);
        _driver.UnregisterHost(0, Page);
        _pages.Free(0);
        _simulator.Dispose();
    }

    [Fact]
    public void A_reused_address_returns_the_old_bytes_until_the_range_is_unregistered()
    {
        _pages.Bytes(0)[..Bytes].Fill(1);
        _driver.RegisterHost(0, Page, Bytes);
        _first.Fault = CudaCode.IllegalAddress;
        Assert.Throws<CudaException>(() => _driver.UnregisterHost(0, Page));
        _pages.Free(0);
        _pages.Reuse(0);
        _pages.Bytes(0)[..(2 * Bytes)].Fill(2);
        _first.Fault = 0;
        Assert.Equal([1, 1, 2, 2], CopyIn(1));
        Assert.Equal(
            CudaCode.AlreadyRegistered, Assert.Throws<CudaException>(() => _driver.RegisterHost(1, Page, Bytes)).Code);
        _driver.UnregisterHost(0, Page);
        Assert.Equal([2, 2, 2, 2], CopyIn(0));
        _simulator.Dispose();
    }

    [Fact]
    public void A_machine_whose_devices_are_all_lost_keeps_no_page()
    {
        _driver.RegisterHost(0, Page, Bytes);
        _first.Fault = _simulator.Devices[1].Fault = CudaCode.IllegalAddress;
        Assert.Throws<CudaException>(() => _driver.UnregisterHost(0, Page));
        _pages.Free(0);
        _simulator.Dispose();
    }

    [Fact]
    public void The_source_of_a_copy_must_exist_when_the_copy_is_made()
    {
        var (target, stream) = (_driver.Allocate(0, Bytes), _driver.CreateStream(0));
        _simulator.Eagerness = 0;

        // Of these copies, some read the bytes during the call and others later.
        for (var copy = 0; copy < 20; copy++)
            _driver.CopyToDevice(0, target, Page, Bytes, stream);
        _pages.Free(0);
        _driver.SynchronizeStream(0, stream);
        Assert.Contains(
            "the source of a copy was freed",
            Assert.Throws<InvalidOperationException>(_simulator.Dispose).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Memory_that_cannot_be_unpinned_is_not_freed_while_a_device_works(bool isOtherLost)
    {
        var pinner = new HostMemoryPinner(_driver, new(), 1 << 20, new FakeLogger());
        Assert.True(pinner.TryPin(Page, Bytes));
        _first.Fault = CudaCode.IllegalAddress;
        _simulator.Devices[1].Fault = isOtherLost ? CudaCode.IllegalAddress : 0;
        if (pinner.Unpin(Page, Bytes))
            _pages.Free(0);
        _simulator.Dispose();
    }

    [Fact]
    public unsafe void A_context_that_a_call_leaves_behind_is_reported()
    {
        var push = (delegate* unmanaged<nint, int>)_simulator.Find("cuCtxPushCurrent_v2");
        Assert.Equal(0, push(_first.Context));
        Assert.Contains(
            "pushed and not popped", Assert.Throws<InvalidOperationException>(_simulator.Dispose).Message, StringComparison.Ordinal);
    }

    /// <summary>Returns a byte of each quarter of a range, of which the first half is registered.</summary>
    private byte[] CopyIn(int device)
    {
        using var transfers = new DeviceTransfers(_driver);
        var block = _driver.Allocate(device, 2 * Bytes);
        transfers.CopyIn(device, new(Page, block, 2 * Bytes));
        var bytes = _simulator.Memory.Read(block, 2 * Bytes);
        _driver.Free(device, block);
        return [bytes[0], bytes[Bytes - 1], bytes[Bytes], bytes[^1]];
    }
}
