namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Codes of the driver that the simulator returns (CUresult in cuda.h).</summary>
internal static class CudaCode
{
    public const int Success = 0;
    public const int InvalidValue = 1;
    public const int OutOfMemory = 2;
    public const int Deinitialized = 4;
    public const int InvalidContext = 201;
    public const int InvalidHandle = 400;
    public const int IllegalAddress = 700;
    public const int AlreadyRegistered = 712;
    public const int NotRegistered = 713;

    private static readonly Dictionary<int, (string Name, string Text)> Texts = new()
    {
        [InvalidValue] = ("CUDA_ERROR_INVALID_VALUE", "invalid argument"),
        [OutOfMemory] = ("CUDA_ERROR_OUT_OF_MEMORY", "out of memory"),
        [3] = ("CUDA_ERROR_NOT_INITIALIZED", "initialization error"),
        [Deinitialized] = ("CUDA_ERROR_DEINITIALIZED", "driver shutting down"),
        [46] = ("CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"),
        [100] = ("CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"),
        [InvalidContext] = ("CUDA_ERROR_INVALID_CONTEXT", "invalid device context"),
        [214] = ("CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"),
        [InvalidHandle] = ("CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"),
        [IllegalAddress] = ("CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"),
        [600] = ("CUDA_ERROR_NOT_READY", "device not ready"),
        [710] = ("CUDA_ERROR_ASSERT", "device-side assert triggered"),
        [AlreadyRegistered] = ("CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "part or all of the requested memory range is already mapped"),
        [NotRegistered] = ("CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "pointer does not correspond to a registered memory region"),
        [999] = ("CUDA_ERROR_UNKNOWN", "unknown error"),
    };

    public static (string Name, string Text)? Describe(int code) => Texts.TryGetValue(code, out var text) ? text : null;
}
