using SharedModels.Cuda.Driver;
using SharedModels.Devices;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class CudaErrorsTests
{
    [Theory]
    [InlineData(
        "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be asynchronously reported at some other "
        + "API call.")]
    [InlineData("CUDA error: unspecified launch failure")]
    [InlineData("CUDA error: device-side assert triggered\nCompile with TORCH_USE_CUDA_DSA to enable device-side assertions.")]
    [InlineData("CUDA error: uncorrectable ECC error encountered")]
    [InlineData("CUDA error: misaligned address")]
    [InlineData("CUDA error: the launch timed out and was terminated")]
    [InlineData("CUDA error: invalid device context")]
    [InlineData("CUDA error: unknown error")]
    [InlineData("NVML error: GPU is lost")]
    public void Errors_that_spoil_the_context_lose_the_device(string message) =>
        Assert.Equal(DeviceFailure.Lost, CudaErrors.Classify(new TorchError(message)));

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 79.10 GiB total capacity; 77.02 GiB already allocated)")]
    [InlineData("CUDA error: out of memory")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("MPS backend out of memory (MPS allocated: 5.05 GB)")]
    public void Too_little_memory_is_no_loss(string message) =>
        Assert.Equal(DeviceFailure.OutOfMemory, CudaErrors.Classify(new TorchError(message)));

    [Theory]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)")]
    [InlineData("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!")]
    [InlineData("CUDA error: invalid argument")]
    [InlineData("CUDA error: no kernel image is available for execution on the device")]
    [InlineData("An unknown error occurred in the database.")]
    [InlineData("The launch of the rocket: unspecified launch failure")]
    public void Other_errors_are_the_models_own(string message)
    {
        Assert.Equal(DeviceFailure.None, CudaErrors.Classify(new TorchError(message)));
        Assert.False(CudaErrors.IsSticky(new TorchError(message)));
    }

    [Fact]
    public void Causes_count_however_deep()
    {
        var wrapped = new InvalidOperationException(
            "outer", new AggregateException("middle", CudaSimulator.Error(700)));
        Assert.Equal(DeviceFailure.Lost, CudaErrors.Classify(wrapped));
        Assert.Equal(
            DeviceFailure.OutOfMemory,
            CudaErrors.Classify(new InvalidOperationException("outer", CudaSimulator.Error(2))));
        Assert.Equal(DeviceFailure.None, CudaErrors.Classify(CudaSimulator.Error(1)));
    }

    [Fact]
    public void An_error_of_the_driver_names_the_function_and_the_error() =>
        Assert.Equal("cuMemAlloc failed: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2).", new CudaException(
            "cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory").Message);
}
