using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Tests.StandIn;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>
/// Moves in which libtorch rejects the address of the device's memory. It asks the driver for the device of the address, and its C
/// interface reports only that it failed. A libtorch without CUDA rejects the address like one whose device is lost.
/// </summary>
public sealed class FailedPlacementTests : IDisposable
{
    private static readonly Device Cuda = Device.Cuda(0);

    private readonly SimulatedDevice _device = new("first", 256 << 20, 256 << 20);
    private readonly CudaSimulator _simulator;
    private readonly TorchRuntime _runtime;
    private torch.Device _place = new(DeviceType.CUDA, 0);

    public FailedPlacementTests()
    {
        _simulator = new(_device) { Eagerness = 0 };
        _runtime = new(_simulator.Driver, new(), new(), new LoggerFactory([new FakeLoggerProvider()]))
        {
            Locate = device => device.IsCpu ? new(DeviceType.CPU) : _place,
        };
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _simulator.Dispose();
    }

    [TorchFact]
    public async Task A_fault_of_another_models_kernel_during_the_move_loses_the_device_and_not_the_model()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);

        // The kernel has not run when the copy ends, because the copy waits for no kernel.
        _simulator.LaunchFault(0, CudaCode.IllegalAddress);
        var failure = await Assert.ThrowsAsync<CudaException>(() => arena.MoveToAsync(Cuda, default));
        Assert.Equal(CudaCode.IllegalAddress, failure.Code);
        Assert.Equal(DeviceFailure.Lost, CudaErrors.Classify(failure));
        Assert.Equal(arena.Bytes, _runtime.Transfers!.BytesToDevice);
        Assert.Equal((Device.Cpu, 0), (arena.Device, arena.DeviceBytes));
        Assert.Equal(expected, module.Run());
        _device.Fault = 0;
    }

    [TorchFact]
    public async Task A_rejection_by_a_working_device_is_a_failure_of_the_model_and_leaves_no_memory_in_use()
    {
        using var module = new TwoLayers();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => arena.MoveToAsync(Cuda, default));
        Assert.Contains("aoti_torch_create_tensor_from_blob", failure.Message, StringComparison.Ordinal);
        Assert.Equal(DeviceFailure.None, CudaErrors.Classify(failure));
        _runtime.DeviceMemory!.Trim(0);
        Assert.Equal((0, 256 << 20), (_simulator.Memory.LiveBlocks, _device.FreeBytes));

        // Nothing blocks the next move.
        _place = StandInDevice.Place;
        await arena.MoveToAsync(Cuda, default);
        Assert.Equal(Cuda, arena.Device);
    }
}
