using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>Errors that lose a device, and the remedies.</summary>
public sealed class LossTests : IDisposable
{
    private const string ExecutionFailed = "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED";

    private readonly ProviderFixture _fixture = new();

    public LossTests() => Provider.GetDevices();

    private CudaDeviceProvider Provider => _fixture.Provider;

    public void Dispose() => Provider.Dispose();

    [Fact]
    public async Task A_failed_library_call_loses_a_device_whose_context_says_so()
    {
        _fixture.First.Fault = 719;
        Assert.Equal(DeviceFailure.Lost, Provider.Classify(ProviderFixture.Cuda0, new TorchError(ExecutionFailed)));
        _fixture.First.Fault = 0;
        await Assert.ThrowsAsync<DeviceLostException>(async () => await Provider.ProbeAsync(ProviderFixture.Cuda0, default));
    }

    [Fact]
    public async Task A_failed_library_call_is_the_models_own_fault_if_the_context_works()
    {
        Assert.Equal(DeviceFailure.None, Provider.Classify(ProviderFixture.Cuda0, new TorchError(ExecutionFailed)));
        Assert.NotNull(await Provider.ReadAsync(ProviderFixture.Cuda0));
    }

    [Fact]
    public void Only_the_context_of_the_device_itself_is_asked()
    {
        _fixture.First.Fault = 719;
        Assert.Equal(DeviceFailure.None, Provider.Classify(Device.Cuda(1), new TorchError(ExecutionFailed)));
    }

    [Fact]
    public void A_handle_that_cannot_be_created_means_too_little_memory_only_if_the_context_works()
    {
        var error = new TorchError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`");
        Assert.Equal(DeviceFailure.OutOfMemory, Provider.Classify(ProviderFixture.Cuda0, error));
        _fixture.First.Fault = 710;
        Assert.Equal(DeviceFailure.Lost, Provider.Classify(ProviderFixture.Cuda0, error));
    }

    [Theory]
    [InlineData("CUDA error: CUDA-capable device(s) is/are busy or unavailable")]
    [InlineData("CUDA error: invalid device context")]
    public async Task A_transient_error_loses_no_device_if_the_context_works(string message)
    {
        Assert.Equal(DeviceFailure.None, Provider.Classify(ProviderFixture.Cuda0, new TorchError(message)));
        await Provider.ProbeAsync(ProviderFixture.Cuda0, default);
        Assert.NotNull(await Provider.ReadAsync(ProviderFixture.Cuda0));
    }

    [Fact]
    public async Task A_transient_error_that_the_context_confirms_loses_the_device_until_a_probe_succeeds()
    {
        _fixture.First.Fault = 46;
        Assert.Equal(DeviceFailure.Lost, Provider.Classify(
            ProviderFixture.Cuda0, new TorchError("CUDA error: CUDA-capable device(s) is/are busy or unavailable")));
        await Assert.ThrowsAsync<CudaException>(async () => await Provider.ProbeAsync(ProviderFixture.Cuda0, default));
        _fixture.First.Fault = 0;
        await Provider.ProbeAsync(ProviderFixture.Cuda0, default);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(45)]
    [InlineData(94)]
    [InlineData(48)]
    [InlineData(154)]
    public async Task An_Xid_of_another_process_loses_no_device(long xid)
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [xid]);
        Assert.NotNull(await Provider.ReadAsync(ProviderFixture.Cuda0));
        Assert.Empty(_fixture.Lost);
    }

    [Theory]
    [InlineData(94, "contained memory error (Xid 94)", "Restart the application.")]
    [InlineData(48, "uncorrectable ECC error (Xid 48)", "Restart the application.")]
    [InlineData(154, "the GPU needs a recovery action (Xid 154)", "The kernel log names the action")]
    public async Task An_Xid_that_the_context_confirms_loses_the_device(long xid, string cause, string remedy)
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [xid]);
        _fixture.First.Fault = 226;
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        Assert.Contains(cause, Assert.Single(_fixture.Lost).Cause.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, Provider.FindLoss(ProviderFixture.Cuda0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(79, "Restart the machine. Restarting only the application does not help.")]
    [InlineData(119, "Reset the GPU (nvidia-smi --gpu-reset) or restart the machine. Restarting only the application does not help.")]
    public async Task A_probe_of_a_broken_GPU_gives_the_remedy(long xid, string remedy)
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [xid]);
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        var lost = await Assert.ThrowsAsync<DeviceLostException>(async () => await Provider.ProbeAsync(ProviderFixture.Cuda0, default));
        Assert.EndsWith($"(Xid {xid}). {remedy}", lost.Message, StringComparison.Ordinal);
        Assert.Equal(lost.Message, Assert.Single(_fixture.Lost).Cause.Message);
        Assert.DoesNotContain("new context", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hardware_error_mentions_the_reset()
    {
        _fixture.First.Fault = 214;
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        Assert.Contains("reset the GPU", Provider.FindLoss(ProviderFixture.Cuda0), StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_does_not_start_is_logged_once_with_its_problem()
    {
        using var provider = new CudaDeviceProvider(
            null, null, [], new(), _fixture.Log, driverProblem: CudaDriverStart.ProblemOf(802, "CUDA_ERROR_SYSTEM_NOT_READY"));
        Assert.Empty(provider.GetDevices());
        var line = Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Id.Id == 122);
        Assert.Contains("(CUDA_ERROR_SYSTEM_NOT_READY, 802)", line.Message, StringComparison.Ordinal);
    }
}
