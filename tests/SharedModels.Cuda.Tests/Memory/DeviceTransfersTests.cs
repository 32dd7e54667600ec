using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Memory;

public sealed unsafe class DeviceTransfersTests : IDisposable
{
    private const int Bytes = 64;

    private readonly SimulatedDevice _device = new("first", 1 << 30, 1 << 30);
    private readonly CudaSimulator _simulator;
    private readonly DeviceTransfers _transfers;
    private readonly nint _host = (nint)NativeMemory.AlignedAlloc((nuint)(3 * DeviceTransfers.PartBytes), 4096);
    private readonly nint _block;

    public DeviceTransfersTests()
    {
        _simulator = new(_device, new SimulatedDevice("second", 1000, 1000));
        _transfers = new(_simulator.Driver);
        _block = _simulator.Driver.Allocate(0, 3 * DeviceTransfers.PartBytes);
        Device = new byte[Bytes];
        Host.Clear();
    }

    private Span<byte> Host => new((void*)_host, Bytes);

    private byte[] Device
    {
        get => _simulator.Memory.Read(_block, Bytes);
        set => _simulator.Memory.Write(_block, value);
    }

    private DeviceCopy Whole => new(_host, _block, Bytes);

    public void Dispose()
    {
        _device.Fault = 0;
        _simulator.Driver.Free(0, _block);
        _transfers.Dispose();
        NativeMemory.AlignedFree((void*)_host);
        _simulator.Dispose();
    }

    [Fact]
    public void The_bytes_are_copied_when_the_call_returns()
    {
        Host.Fill(7);
        _transfers.CopyIn(0, new(_host + 20, _block + 20, 5));
        Assert.Equal(5, Device.Count(static value => value == 7));
        Assert.Equal((7, 0), (Device[24], Device[25]));
        Assert.Equal((5, 0), (_transfers.BytesToDevice, _transfers.BytesToHost));
    }

    [Fact]
    public void A_copy_to_memory_that_nothing_uses_waits_for_no_kernel()
    {
        var other = _simulator.Driver.Allocate(0, Bytes);
        var hasRun = false;
        _simulator.Eagerness = 0;
        Host.Fill(7);
        _simulator.Launch(0, () => hasRun = true, writes: [new(other, Bytes)]);
        _transfers.CopyIn(0, Whole);
        Assert.False(hasRun);
        Assert.Equal(7, Device[0]);
        _simulator.Driver.Free(0, other);
    }

    [Fact]
    public void Kernels_that_are_launched_afterwards_see_the_bytes()
    {
        byte seen = 255;
        Host.Fill(7);
        _transfers.CopyIn(0, Whole);
        _simulator.Launch(0, () => seen = Device[0], reads: [new(_block, Bytes)]);
        _simulator.Driver.Synchronize(0);
        Assert.Equal(7, seen);
    }

    [Fact]
    public void Kernels_of_other_models_run_during_a_copy()
    {
        var other = _simulator.Driver.Allocate(0, Bytes);
        var hasRun = false;
        _simulator.OnWait = () =>
        {
            _simulator.OnWait = static () => { };
            _simulator.Launch(0, () => hasRun = true, writes: [new(other, Bytes)]);
            _simulator.Driver.SynchronizeStream(0, 0);
        };
        _transfers.CopyIn(0, Whole);
        Assert.True(hasRun);
        _simulator.Driver.Free(0, other);
    }

    [Fact]
    public void Copying_out_waits_for_kernels_that_write_the_memory()
    {
        _simulator.Launch(0, () => Device = [.. Enumerable.Repeat((byte)9, Bytes)], writes: [new(_block, Bytes)]);
        CopyOut(Whole);
        Assert.Equal(Bytes, Host.Count((byte)9));
        Assert.Equal((0, Bytes), (_transfers.BytesToDevice, _transfers.BytesToHost));
    }

    [Fact]
    public void A_large_copy_is_made_in_parts_two_of_which_run_at_a_time()
    {
        var (waits, copies, mostAhead) = (0, 0, 0);
        _simulator.OnCopy = bytes =>
        {
            Assert.InRange(bytes, 1, DeviceTransfers.PartBytes);
            mostAhead = Math.Max(mostAhead, ++copies - waits);
            return 0;
        };
        _simulator.OnWait = () => waits++;
        const long Length = 2 * DeviceTransfers.PartBytes + 4096;
        new Span<byte>((void*)_host, (int)Length).Fill(5);
        _transfers.CopyIn(0, new(_host, _block, Length));
        Assert.Equal((3, 2, 2), (copies, mostAhead, waits));
        Assert.All(_simulator.Memory.Read(_block + (nint)Length - 10, 10), static value => Assert.Equal(5, value));
    }

    [Fact]
    public void Each_device_has_one_stream_for_each_direction_and_no_event_is_left()
    {
        var other = _simulator.Driver.Allocate(1, Bytes);
        for (var i = 0; i < 3; i++)
        {
            _transfers.CopyIn(0, new(_host, _block, 1));
            CopyOut(new(_host, _block, 1));
            _transfers.CopyIn(1, new(_host, other, 1));
        }

        Assert.Equal(3, _simulator.LiveHandles);
        _transfers.Dispose();
        Assert.Equal(0, _simulator.LiveHandles);
        _simulator.Driver.Free(1, other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_failed_copy_no_part_still_runs_whose_memory_is_freed(bool isIn)
    {
        _simulator.OnCopy = static bytes => bytes < DeviceTransfers.PartBytes ? CudaCode.InvalidValue : 0;
        Assert.Equal(0, _simulator.OnRegister(0, 1));
        _simulator.Driver.RegisterHost(0, _host, 3 * DeviceTransfers.PartBytes);
        var copy = new DeviceCopy(_host, _block, DeviceTransfers.PartBytes + 10);
        Assert.Throws<CudaException>(() =>
        {
            if (isIn)
                _transfers.CopyIn(0, copy);
            else
                CopyOut(copy);
        });
        Host.Fill(7);
        Device = [.. Enumerable.Repeat((byte)9, Bytes)];
        _simulator.OnCopy = static _ => 0;
        _simulator.Driver.Synchronize(0);
        Assert.Equal((Bytes, Bytes), (Host.Count((byte)7), Device.Count(static value => value == 9)));
        Assert.Equal(2, _simulator.LiveHandles + (_simulator.LiveHandles == 1 ? 1 : 0));
        _simulator.Driver.UnregisterHost(0, _host);
    }

    [Fact]
    public void The_driver_is_not_called_for_zero_bytes()
    {
        _device.Fault = CudaCode.IllegalAddress;
        _transfers.CopyIn(0, new(_host, 0, 0));
        CopyOut(new(_host, 0, 0));
    }

    [Fact]
    public void A_failed_copy_counts_nothing()
    {
        _transfers.CopyIn(0, new(_host, _block, 1));
        _device.Fault = CudaCode.IllegalAddress;
        Assert.Throws<CudaException>(() => _transfers.CopyIn(0, Whole));
        Assert.Equal(1, _transfers.BytesToDevice);
    }

    [Fact]
    public void A_fault_of_a_kernel_surfaces_in_the_copy_that_waits_for_it()
    {
        _simulator.Eagerness = 0;
        _simulator.LaunchFault(0, CudaCode.IllegalAddress);
        var hasBegun = false;
        Assert.Equal(
            CudaCode.IllegalAddress, Assert.Throws<CudaException>(() => _transfers.CopyOut(0, Whole, ref hasBegun)).Code);
        Assert.False(hasBegun);
    }

    [Fact]
    public void The_current_context_of_the_thread_is_unchanged()
    {
        _simulator.MakeCurrent(1);
        _transfers.CopyIn(0, Whole);
        _device.Fault = CudaCode.IllegalAddress;
        Assert.Throws<CudaException>(() => _transfers.CopyIn(0, Whole));
        Assert.Equal([1], _simulator.Current);
    }

    [Fact]
    public void A_copy_out_reports_if_host_bytes_may_have_changed_before_it_failed()
    {
        var hasBegun = false;
        _device.Fault = CudaCode.IllegalAddress;
        Assert.Throws<CudaException>(() => _transfers.CopyOut(0, Whole, ref hasBegun));
        Assert.False(hasBegun);
        _device.Fault = 0;
        var copies = 0;
        _simulator.OnCopy = _ => ++copies == 2 ? CudaCode.IllegalAddress : 0;
        Assert.Throws<CudaException>(
            () => _transfers.CopyOut(0, new(_host, _block, 2 * DeviceTransfers.PartBytes), ref hasBegun));
        Assert.True(hasBegun);
    }

    private void CopyOut(DeviceCopy copy)
    {
        var hasBegun = false;
        _transfers.CopyOut(0, copy, ref hasBegun);
        Assert.Equal(copy.Bytes > 0, hasBegun);
    }
}
