using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;

namespace SharedModels.Cuda.Tests.Memory;

public sealed unsafe class DeviceTransfersTests : IDisposable
{
    private const int Bytes = 64;

    private readonly FakeCudaDevice _device = new("first", 1000, 1000);
    private readonly FakeCudaDriver _driver;
    private readonly DeviceTransfers _transfers;
    private readonly nint _host = (nint)NativeMemory.AllocZeroed(Bytes);
    private readonly nint _block;

    public DeviceTransfersTests()
    {
        _driver = new(_device, new FakeCudaDevice("second", 1000, 1000));
        _transfers = new(_driver);
        _block = _driver.Allocate(0, Bytes);
        Device.Clear();
    }

    private Span<byte> Host => new((void*)_host, Bytes);

    private Span<byte> Device => new((void*)_block, Bytes);

    public void Dispose()
    {
        _device.Fault = null;
        _driver.Free(0, _block);
        NativeMemory.Free((void*)_host);
        _transfers.Dispose();
    }

    [Fact]
    public void The_bytes_are_there_when_the_call_ends()
    {
        Host.Fill(7);
        _transfers.CopyIn(0, [new(_host, _block, 10), new(_host + 20, _block + 20, 5)]);
        Assert.Equal(10 + 5, Device.Count((byte)7));
        Assert.Equal(7, Device[24]);
        Assert.Equal(0, Device[10]);
        Assert.Equal((15, 0), (_transfers.BytesToDevice, _transfers.BytesToHost));
    }

    [Fact]
    public void What_the_device_still_computes_with_the_memory_comes_first()
    {
        // libtorch hands out a block whose last user is still in its stream's queue.
        byte seen = 255;
        Host.Fill(7);
        _driver.Compute(0).Add(() => seen = Device[0]);
        _transfers.CopyIn(0, [new(_host, _block, Bytes)]);
        Assert.Equal(0, seen);
        Assert.Equal(7, Device[0]);
    }

    [Fact]
    public void What_is_computed_afterwards_waits_for_the_bytes()
    {
        byte seen = 255;
        Host.Fill(7);
        _transfers.CopyIn(0, [new(_host, _block, Bytes)]);
        _driver.Compute(0).Add(() => seen = Device[0]);
        _driver.Synchronize(0);
        Assert.Equal(7, seen);
    }

    [Fact]
    public void What_is_computed_meanwhile_does_not_wait_for_the_bytes()
    {
        byte seen = 255;
        Host.Fill(7);
        _driver.OnSynchronizeStream = () =>
        {
            _driver.Compute(0).Add(() => seen = Device[0]);
            _driver.Synchronize(0);
        };
        _transfers.CopyIn(0, [new(_host, _block, Bytes)]);
        Assert.Equal(0, seen);
        Assert.Equal(7, Device[0]);
    }

    [Fact]
    public void Copying_out_waits_for_what_the_device_computes()
    {
        _driver.Compute(0).Add(() => Device.Fill(9));
        _transfers.CopyOut(0, [new(_host, _block, Bytes)]);
        Assert.Equal(Bytes, Host.Count((byte)9));
        Assert.Equal((0, Bytes), (_transfers.BytesToDevice, _transfers.BytesToHost));
    }

    [Fact]
    public void Each_device_has_one_stream_and_no_event_is_left()
    {
        for (var i = 0; i < 3; i++)
        {
            _transfers.CopyIn(0, [new(_host, _block, 1)]);
            _transfers.CopyIn(1, [new(_host, _block, 1)]);
        }

        Assert.Equal(2, _driver.LiveHandles);
        _transfers.Dispose();
        Assert.Equal(0, _driver.LiveHandles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_that_fails_leaves_none_under_way_whose_memory_is_given_back(bool isIn)
    {
        DeviceCopy[] copies = [new(_host, _block, 10), new(_host + 20, _block + 20, 5)];
        _driver.OnCopy = static bytes =>
        {
            if (bytes == 5)
                throw FakeCudaDriver.Error("CUDA_ERROR_INVALID_VALUE", 1);
        };
        Assert.Throws<CudaException>(
            () => (isIn ? _transfers.CopyIn : (Action<int, IReadOnlyList<DeviceCopy>>)_transfers.CopyOut)(0, copies));
        Host.Fill(7);
        Device.Fill(9);
        _transfers.CopyIn(0, []);
        Assert.Equal((Bytes, Bytes), (Host.Count((byte)7), Device.Count((byte)9)));
    }

    [Fact]
    public void Nothing_is_asked_of_the_driver_for_a_segment_of_no_bytes()
    {
        _driver.OnCopy = static bytes => Assert.NotEqual(0, bytes);
        _transfers.CopyIn(0, [new(_host, 0, 0)]);
        _transfers.CopyOut(0, [new(_host, 0, 0)]);
    }

    [Fact]
    public void A_copy_that_fails_counts_nothing()
    {
        _transfers.CopyIn(0, [new(_host, _block, 1)]);
        _device.Fault = FakeCudaDriver.Error("CUDA_ERROR_ILLEGAL_ADDRESS");
        Assert.Throws<CudaException>(() => _transfers.CopyIn(0, [new(_host, _block, Bytes)]));
        Assert.Equal(1, _transfers.BytesToDevice);
    }
}
