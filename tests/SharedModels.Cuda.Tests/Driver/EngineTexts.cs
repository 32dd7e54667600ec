namespace SharedModels.Cuda.Tests.Driver;

/// <summary>Messages of engines, taken from public bug reports. Signatures and paths are shortened.</summary>
internal static class EngineTexts
{
    /// <summary>libtorch 1.9 to 1.13, as Python shows it.</summary>
    public static string Libtorch113(string error) =>
        $"""
        CUDA error: {error}
        CUDA kernel errors might be asynchronously reported at some other API call,so the stacktrace below might be incorrect.
        For debugging consider passing CUDA_LAUNCH_BLOCKING=1.
        """;

    /// <summary>libtorch 2.6.</summary>
    public static string Libtorch26(string error) =>
        $"""
        CUDA error: {error}
        CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.
        For debugging consider passing CUDA_LAUNCH_BLOCKING=1
        Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.

        Exception raised from c10_cuda_check_implementation at ../c10/cuda/CUDAException.cpp:43 (most recent call first):
        frame #0: c10::Error::Error(c10::SourceLocation, std::string) + 0x96 (0x7f4c560b9446 in libc10.so)
        frame #1: c10::detail::torchCheckFail(char const*, char const*, unsigned, std::string const&) + 0x64 (0x7f30943166e4 in libc10.so)
        frame #2: c10::cuda::c10_cuda_check_implementation(int, char const*, char const*, int, bool) + 0x118 (0x7f3094 in libc10_cuda.so)
        """;

    /// <summary>libtorch 2.9 and later, which name the error.</summary>
    public static string Libtorch210(string error, string name) =>
        $"""
        CUDA error: {error}
        Search for `{name}' in https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html for more information.
        CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.
        For debugging consider passing CUDA_LAUNCH_BLOCKING=1
        Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.

        Exception raised from c10_cuda_check_implementation at /pytorch/c10/cuda/CUDAException.cpp:44 (most recent call first):
        frame #0: c10::Error::Error(c10::SourceLocation, std::__cxx11::basic_string<char>) + 0x9c (0x7ff45762fbcc in libc10.so)
        frame #1: <unknown function> + 0x1ccb9 (0x7ff4563becb9 in libc10_cuda.so)
        frame #2: <unknown function> + 0x1bb3e32 (0x7ff459253e32 in libtorch_cuda.so)
        frame #3: at::native::_local_scalar_dense_cuda(at::Tensor const&) + 0x6e (0x7ff4592542ce in libtorch_cuda.so)
        """;

    /// <summary>An invented rest of a backtrace, which may contain any word.</summary>
    public const string MisleadingTail =
        """

        frame #3: report(char const*) [text = "CUDA out of memory"] + 0x1c (0x7f9d0417a422 in libexample.so)
        frame #4: check(cudaError) [T = cudaErrorAssert, text = "device-side assert triggered"] + 0x1c (0x7f9d0417a4f2 in libexample.so)
        frame #5: retry(int) [after = CUBLAS_STATUS_ALLOC_FAILED] + 0x1c (0x7f9d0417a4f2 in libexample.so)
        """;
}
