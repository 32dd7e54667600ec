using SharedModels.Cuda.Driver;
using SharedModels.Devices;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class CudaErrorsTests
{
    public static TheoryData<string, string> ErrorsThatLoseTheContext => new()
    {
        { "driver shutting down", "cudaErrorCudartUnloading" },
        { "no CUDA-capable device is detected", "cudaErrorNoDevice" },
        { "uncorrectable ECC error encountered", "cudaErrorECCUncorrectable" },
        { "uncorrectable NVLink error detected during the execution", "cudaErrorNvlinkUncorrectable" },
        { "Invalid access of peer GPU memory over nvlink or a hardware error", "cudaErrorContained" },
        { "an illegal memory access was encountered", "cudaErrorIllegalAddress" },
        { "the launch timed out and was terminated", "cudaErrorLaunchTimeout" },
        { "context is destroyed", "cudaErrorContextIsDestroyed" },
        { "device-side assert triggered", "cudaErrorAssert" },
        { "hardware stack error", "cudaErrorHardwareStackError" },
        { "an illegal instruction was encountered", "cudaErrorIllegalInstruction" },
        { "misaligned address", "cudaErrorMisalignedAddress" },
        { "operation not supported on global/shared address space", "cudaErrorInvalidAddressSpace" },
        { "invalid program counter", "cudaErrorInvalidPc" },
        { "unspecified launch failure", "cudaErrorLaunchFailure" },
        { "tensor memory not completely freed", "cudaErrorTensorMemoryLeak" },
        { "the MPS client has been terminated by the server", "cudaErrorMpsClientTerminated" },
        { "unknown error", "cudaErrorUnknown" },
    };

    [Theory]
    [MemberData(nameof(ErrorsThatLoseTheContext))]
    public void An_error_that_loses_the_context_loses_the_device_in_every_version(string text, string name)
    {
        Assert.All(
            [EngineTexts.Libtorch113(text), EngineTexts.Libtorch26(text), EngineTexts.Libtorch210(text, name)],
            static message => AssertSticky(new TorchError(message)));

        // The text may change, but the name does not.
        AssertSticky(new TorchError(EngineTexts.Libtorch210("something new", name) + EngineTexts.MisleadingTail));
        AssertSticky(new TorchError(EngineTexts.Libtorch26(text) + EngineTexts.MisleadingTail));
    }

    [Theory]
    [InlineData(4, "CUDA_ERROR_DEINITIALIZED")]
    [InlineData(100, "CUDA_ERROR_NO_DEVICE")]
    [InlineData(220, "CUDA_ERROR_NVLINK_UNCORRECTABLE")]
    [InlineData(226, "CUDA_ERROR_CONTAINED")]
    [InlineData(719, "CUDA_ERROR_LAUNCH_FAILED")]
    [InlineData(721, "CUDA_ERROR_TENSOR_MEMORY_LEAK")]
    [InlineData(810, "CUDA_ERROR_MPS_CLIENT_TERMINATED")]
    [InlineData(911, "CUDA_ERROR_EXTERNAL_DEVICE")]
    [InlineData(999, "CUDA_ERROR_UNKNOWN")]
    public void Code_and_name_of_the_driver_mean_the_same(int code, string name)
    {
        AssertSticky(CudaSimulator.Error("CUDA_ERROR", code));
        AssertSticky(new TorchError($"cuLaunchKernel returned {name}"));
    }

    [Theory]
    [InlineData("CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=gpu1 ; expr=cudaMemcpy(dst, src, bytes)")]
    [InlineData("CUDA failure 77: an illegal memory access was encountered ; GPU=0 ; hostname=gpu1 ; expr=cudaEventDestroy(read_event_)")]
    [InlineData("CUDA driver error: 700")]
    [InlineData("Triton Error [CUDA]: an illegal memory access was encountered")]
    [InlineData("CUDA error: device-side assert triggered (insert_events at c10/cuda/CUDACachingAllocator.cpp:569)\nframe #0: c10::Error")]
    [InlineData("NVML error: GPU is lost")]
    [InlineData("CUDA: the GPU has fallen off the bus")]
    public void Other_engines_and_older_versions_are_understood(string message) => AssertSticky(new TorchError(message));

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 79.10 GiB total capacity; 77.02 GiB already allocated)")]
    [InlineData(
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.10 GiB of which 8.69 MiB is free. Process 7 has "
        + "79.09 GiB memory in use. If reserved but unallocated memory is large try setting "
        + "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.")]
    [InlineData("CUDA error: out of memory")]
    [InlineData("CUDA driver error: out of memory")]
    [InlineData("CUDA driver error: 2")]
    [InlineData("CUDA failure 2: out of memory ; GPU=0 ; hostname=gpu1 ; expr=cudaMalloc((void**)&p, size);")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`")]
    [InlineData("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasLtCreate(&handle)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")]
    [InlineData("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED")]
    [InlineData("cuFFT error: CUFFT_ALLOC_FAILED")]
    [InlineData("cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`")]
    [InlineData("cudaMalloc returned cudaErrorMemoryAllocation")]
    [InlineData(
        "[ErrorCode:RuntimeException] Non-zero status code returned while running Mul node. Name:'Mul_8702' Status Message: "
        + "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, "
        + "onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 2830172160")]
    [InlineData(
        "bfc_arena.cc:347 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Available memory of 0 is smaller than requested "
        + "bytes of 49152")]
    [InlineData("MPS backend out of memory (MPS allocated: 5.05 GB)")]
    public void Too_little_memory_is_not_a_loss(string message)
    {
        Assert.Equal(DeviceFailure.OutOfMemory, CudaErrors.Classify(new TorchError(message)));
        Assert.False(CudaErrors.IsSticky(new TorchError(message)));
    }

    [Fact]
    public void The_name_of_too_little_memory_decides_too() => Assert.Equal(
        DeviceFailure.OutOfMemory,
        CudaErrors.Classify(new TorchError(
            EngineTexts.Libtorch210("not enough of it", "cudaErrorMemoryAllocation") + EngineTexts.MisleadingTail)));

    [Theory]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)")]
    [InlineData("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!")]
    [InlineData("CUDA error: invalid argument")]
    [InlineData("CUDA error: no kernel image is available for execution on the device")]
    [InlineData("CUDA error: CUBLAS_STATUS_INVALID_VALUE when calling `cublasSgemm(handle, opa, opb, m, n, k, &alpha, a, lda)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a non-contiguous input.")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED")]
    [InlineData("An unknown error occurred in the database.")]
    [InlineData("The launch of the rocket: unspecified launch failure")]
    public void Other_errors_are_failures_of_the_model(string message) =>
        Assert.Equal(default, CudaErrors.Diagnose(new TorchError(message)));

    [Fact]
    public void Help_texts_and_backtraces_do_not_decide()
    {
        var (older, newer) = (EngineTexts.Libtorch113("invalid argument"), EngineTexts.Libtorch26("invalid argument"));
        Assert.Equal(default, CudaErrors.Diagnose(new TorchError(older + EngineTexts.MisleadingTail)));
        Assert.Equal(default, CudaErrors.Diagnose(new TorchError(newer + EngineTexts.MisleadingTail)));
        Assert.Equal(default, CudaErrors.Diagnose(new TorchError(
            EngineTexts.Libtorch210("invalid argument", "cudaErrorInvalidValue") + EngineTexts.MisleadingTail)));

        // TorchScript shows the code of the model first.
        Assert.Equal(default, CudaErrors.Diagnose(new TorchError(
            "The following operation failed in the TorchScript interpreter.\n  raise RuntimeError('CUDA: unknown error')\nRuntimeError: "
            + EngineTexts.Libtorch26("invalid argument"))));
    }

    [Theory]
    [InlineData("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(handle, opa, opb, m, n, k, &alpha, a)`")]
    [InlineData("CUDA error: CUBLAS_STATUS_INTERNAL_ERROR when calling `cublasSgemm(handle, opa, opb, m, n, k, &alpha, a)`")]
    [InlineData("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasSgemm(handle, opa, opb, m, n, k, &alpha, a)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")]
    [InlineData("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED_CUDART")]
    [InlineData("cuDNN error: CUDNN_STATUS_MAPPING_ERROR")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR")]
    [InlineData("CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0 ; hostname=gpu1 ; expr=cudnnConvolutionForward()")]
    [InlineData("cuFFT error: CUFFT_EXEC_FAILED")]
    [InlineData("CUDA error: CUDA-capable device(s) is/are busy or unavailable")]
    [InlineData("CUDA error: invalid device context")]
    [InlineData("CUDA error: initialization error")]
    public void An_ambiguous_error_asks_the_context(string message)
    {
        Assert.Equal(new(DeviceFailure.None, MustAskContext: true), CudaErrors.Diagnose(new TorchError(message)));
        Assert.False(CudaErrors.IsSticky(new TorchError(message)));
    }

    [Fact]
    public void An_unknown_error_asks_the_context()
    {
        Assert.Equal(
            new(DeviceFailure.None, MustAskContext: true),
            CudaErrors.Diagnose(new TorchError(EngineTexts.Libtorch210("unknown error", "cudaErrorOfTomorrow"))));
        Assert.Equal(
            new(DeviceFailure.None, MustAskContext: true), CudaErrors.Diagnose(CudaSimulator.Error("CUDA_ERROR_OF_TOMORROW", 722)));
    }

    [Fact]
    public void A_handle_that_cannot_be_created_means_a_lack_of_memory_unless_the_context_is_lost() => Assert.Equal(
        new(DeviceFailure.OutOfMemory, MustAskContext: true),
        CudaErrors.Diagnose(new TorchError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`")));

    [Fact]
    public void Causes_count_at_any_depth()
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
    public void A_definite_cause_counts_more_than_an_unclear_one_around_it() => Assert.Equal(
        DeviceFailure.Lost,
        CudaErrors.Classify(new InvalidOperationException(
            "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", CudaSimulator.Error("CUDA_ERROR_LAUNCH_FAILED", 719))));

    [Fact]
    public void An_error_of_the_driver_names_the_function_and_the_error() =>
        Assert.Equal("cuMemAlloc failed: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2).", new CudaException(
            "cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory").Message);

    private static void AssertSticky(Exception exception)
    {
        Assert.True(CudaErrors.IsSticky(exception), exception.Message);
        Assert.Equal(new(DeviceFailure.Lost, Sticky: exception), CudaErrors.Diagnose(exception));
    }
}
