using SharedModels.Devices;

namespace SharedModels.Cuda.Driver;

/// <summary>
/// Tells from an exception what became of the device. libtorch reports all errors as text, often long after the kernel that caused them;
/// the sentences are those of cudaGetErrorString, which have been the same since CUDA 8, and the names those of the driver API.
/// </summary>
internal static class CudaErrors
{
    // After these every call fails with the same error, until the process ends: https://docs.nvidia.com/cuda/cuda-driver-api (CUresult).
    private static readonly string[] Sticky =
    [
        "illegal memory access",
        "CUDA_ERROR_ILLEGAL_ADDRESS",
        "misaligned address",
        "CUDA_ERROR_MISALIGNED_ADDRESS",
        "illegal instruction",
        "CUDA_ERROR_ILLEGAL_INSTRUCTION",
        "invalid program counter",
        "CUDA_ERROR_INVALID_PC",
        "operation not supported on global/shared address space",
        "CUDA_ERROR_INVALID_ADDRESS_SPACE",
        "hardware stack error",
        "CUDA_ERROR_HARDWARE_STACK_ERROR",
        "unspecified launch failure",
        "CUDA_ERROR_LAUNCH_FAILED",
        "device-side assert triggered",
        "CUDA_ERROR_ASSERT",
        "the launch timed out and was terminated",
        "CUDA_ERROR_LAUNCH_TIMEOUT",
        "uncorrectable ECC error",
        "uncorrectable NVLink error",
        "CUDA_ERROR_ECC_UNCORRECTABLE",
        "CUDA_ERROR_NVLINK_UNCORRECTABLE",
        "CUDA_ERROR_CONTAINED",
        "fallen off the bus",
        "GPU is lost",
        "device has been lost",
        "CUDA-capable device(s) is/are busy or unavailable",
        "CUDA_ERROR_DEVICE_UNAVAILABLE",
        "CUDA_ERROR_CONTEXT_IS_DESTROYED",
        "context is destroyed",
        "CUDA_ERROR_INVALID_CONTEXT",
        "invalid device context",
        "CUDA_ERROR_DEINITIALIZED",
        "CUDA_ERROR_EXTERNAL_DEVICE",
        "unknown error",
    ];

    private static readonly string[] OutOfMemory =
    [
        "CUDA out of memory",
        "CUDA error: out of memory",
        "CUDA_ERROR_OUT_OF_MEMORY",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "MPS backend out of memory",
    ];

    public static DeviceFailure Classify(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DeviceLostException)
                return DeviceFailure.Lost;
            if (cause is DeviceOutOfMemoryException || Says(cause, OutOfMemory))
                return DeviceFailure.OutOfMemory;
            if (IsSticky(cause))
                return DeviceFailure.Lost;
        }

        return DeviceFailure.None;
    }

    /// <summary>Whether the device's context in this process is of no use any more.</summary>
    public static bool IsSticky(Exception exception)
    {
        // Exceptions of other libraries may say "unknown error" too.
        var isOfCuda = exception is CudaException || exception.Message.Contains("CUDA", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("NVML", StringComparison.Ordinal);
        return isOfCuda && Says(exception, Sticky);
    }

    private static bool Says(Exception exception, string[] phrases) =>
        Array.Exists(phrases, phrase => exception.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
