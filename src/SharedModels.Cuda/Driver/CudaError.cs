namespace SharedModels.Cuda.Driver;

/// <summary>A CUDA error. The runtime API and the driver API report it with the same code and different names.</summary>
/// <param name="Code">The value of <c>cudaError_t</c> and <c>CUresult</c>.</param>
/// <param name="RuntimeName">The name in the runtime API, which libtorch prints.</param>
/// <param name="DriverName">The name in the driver API.</param>
/// <param name="Text">The text of <c>cudaGetErrorString</c>.</param>
/// <param name="Meaning">The meaning of the error for the context.</param>
internal sealed record CudaError(int Code, string RuntimeName, string DriverName, string Text, CudaErrorMeaning Meaning)
{
    // https://docs.nvidia.com/cuda/cuda-runtime-api (cudaError_t) lists the errors after which the process must be restarted.
    private static readonly CudaError[] Known =
    [
        Lost(4, "CudartUnloading", "DEINITIALIZED", "driver shutting down"),
        Lost(100, "NoDevice", "NO_DEVICE", "no CUDA-capable device is detected"),
        Lost(214, "ECCUncorrectable", "ECC_UNCORRECTABLE", "uncorrectable ECC error"),
        Lost(220, "NvlinkUncorrectable", "NVLINK_UNCORRECTABLE", "uncorrectable NVLink error"),
        Lost(226, "Contained", "CONTAINED", "Invalid access of peer GPU memory over nvlink or a hardware error"),
        Lost(700, "IllegalAddress", "ILLEGAL_ADDRESS", "illegal memory access"),
        Lost(702, "LaunchTimeout", "LAUNCH_TIMEOUT", "the launch timed out and was terminated"),
        Lost(709, "ContextIsDestroyed", "CONTEXT_IS_DESTROYED", "context is destroyed"),
        Lost(710, "Assert", "ASSERT", "device-side assert triggered"),
        Lost(714, "HardwareStackError", "HARDWARE_STACK_ERROR", "hardware stack error"),
        Lost(715, "IllegalInstruction", "ILLEGAL_INSTRUCTION", "illegal instruction"),
        Lost(716, "MisalignedAddress", "MISALIGNED_ADDRESS", "misaligned address"),
        Lost(717, "InvalidAddressSpace", "INVALID_ADDRESS_SPACE", "operation not supported on global/shared address space"),
        Lost(718, "InvalidPc", "INVALID_PC", "invalid program counter"),
        Lost(719, "LaunchFailure", "LAUNCH_FAILED", "unspecified launch failure"),
        Lost(721, "TensorMemoryLeak", "TENSOR_MEMORY_LEAK", "tensor memory not completely freed"),
        Lost(810, "MpsClientTerminated", "MPS_CLIENT_TERMINATED", "the MPS client has been terminated"),
        Lost(911, "ExternalDevice", "EXTERNAL_DEVICE", "an async error has occured in external entity outside of CUDA"),
        Lost(999, "Unknown", "UNKNOWN", "unknown error"),

        Of(2, "MemoryAllocation", "OUT_OF_MEMORY", "out of memory", CudaErrorMeaning.OutOfMemory),

        Of(3, "InitializationError", "NOT_INITIALIZED", "initialization error", CudaErrorMeaning.Unclear),
        Of(46, "DevicesUnavailable", "DEVICE_UNAVAILABLE", "device(s) is/are busy or unavailable", CudaErrorMeaning.Unclear),
        Of(201, "DeviceUninitialized", "INVALID_CONTEXT", "invalid device context", CudaErrorMeaning.Unclear),
        Of(304, "OperatingSystem", "OPERATING_SYSTEM", "OS call failed", CudaErrorMeaning.Unclear),
        Of(805, "MpsConnectionFailed", "MPS_CONNECTION_FAILED", "MPS client failed to connect", CudaErrorMeaning.Unclear),
        Of(806, "MpsRpcFailure", "MPS_RPC_FAILURE", "the remote procedural call between the MPS server", CudaErrorMeaning.Unclear),
        Of(807, "MpsServerNotReady", "MPS_SERVER_NOT_READY", "MPS server is not ready", CudaErrorMeaning.Unclear),

        Of(1, "InvalidValue", "INVALID_VALUE", "invalid argument", CudaErrorMeaning.CallerFault),
        Of(98, "InvalidDeviceFunction", "INVALID_DEVICE_FUNCTION", "invalid device function", CudaErrorMeaning.CallerFault),
        Of(101, "InvalidDevice", "INVALID_DEVICE", "invalid device ordinal", CudaErrorMeaning.CallerFault),
        Of(209, "NoKernelImageForDevice", "NO_BINARY_FOR_GPU", "no kernel image is available", CudaErrorMeaning.CallerFault),
        Of(400, "InvalidResourceHandle", "INVALID_HANDLE", "invalid resource handle", CudaErrorMeaning.CallerFault),
        Of(600, "NotReady", "NOT_READY", "device not ready", CudaErrorMeaning.CallerFault),
        Of(701, "LaunchOutOfResources", "LAUNCH_OUT_OF_RESOURCES", "too many resources requested", CudaErrorMeaning.CallerFault),
        Of(713, "HostMemoryNotRegistered", "HOST_MEMORY_NOT_REGISTERED", "does not point to a registered", CudaErrorMeaning.CallerFault),
        Of(801, "NotSupported", "NOT_SUPPORTED", "operation not supported", CudaErrorMeaning.CallerFault),
        Of(900, "StreamCaptureUnsupported", "STREAM_CAPTURE_UNSUPPORTED", "when stream is capturing", CudaErrorMeaning.CallerFault),
    ];

    /// <summary><see langword="true"/> if the hardware failed, so that a new process can get the error again.</summary>
    public bool IsOfHardware => Code is 214 or 220 or 226;

    public static CudaError? OfCode(int code) => Array.Find(Known, error => error.Code == code);

    public static CudaError? OfName(string name) => Array.Find(Known, error => name == error.RuntimeName || name == error.DriverName);

    /// <summary>Returns the first error whose text is contained in a message. Errors that lose the context come first.</summary>
    public static CudaError? OfText(ReadOnlySpan<char> text)
    {
        foreach (var error in Known)
        {
            if (text.Contains(error.Text, StringComparison.OrdinalIgnoreCase))
                return error;
        }

        return null;
    }

    private static CudaError Lost(int code, string runtimeName, string driverName, string text) =>
        Of(code, runtimeName, driverName, text, CudaErrorMeaning.ContextLost);

    private static CudaError Of(int code, string runtimeName, string driverName, string text, CudaErrorMeaning meaning) =>
        new(code, "cudaError" + runtimeName, "CUDA_ERROR_" + driverName, text, meaning);
}
