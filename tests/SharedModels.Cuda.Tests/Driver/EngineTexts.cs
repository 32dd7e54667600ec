namespace SharedModels.Cuda.Tests.Driver;

/// <summary>Messages as engines write them, taken from public bug reports; addresses and paths are shortened.</summary>
internal static class EngineTexts
{
    /// <summary>libtorch 1.13.</summary>
    public static string Libtorch113(string error) =>
        $"""
        CUDA error: {error}
        CUDA kernel errors might be asynchronously reported at some other API call,so the stacktrace below might be incorrect.
        For debugging consider passing CUDA_LAUNCH_BLOCKING=1.
        Exception raised from c10_cuda_check_implementation at ../c10/cuda/CUDAException.cpp:31 (most recent call first):
        frame #0: c10::Error::Error(c10::SourceLocation, std::string) + 0x57 (0x7fc7470f4d87 in libc10.so)
        frame #1: c10::detail::torchCheckFail(char const*, char const*, unsigned, std::string const&) + 0x64 (0x7fc7470a575f in libc10.so)
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
        frame #0: c10::Error::Error(c10::SourceLocation, std::basic_string<char>) + 0x98 (0x7f9d03d785e8 in libc10.so)
        frame #1: c10::detail::torchCheckFail(char const*, char const*, unsigned, std::string const&) + 0xe0 (0x7f9d03d0d4a2 in libc10.so)
        frame #2: c10::cuda::c10_cuda_check_implementation(int, char const*, char const*, int, bool) + 0x3c2 (0x7f9d04 in libc10_cuda.so)
        """;

    /// <summary>A backtrace may have anything in it: the names of functions, of files and of arguments.</summary>
    public const string MisleadingTail =
        """

        frame #3: report(char const*) [text = "CUDA out of memory"] + 0x1c (0x7f9d0417a422 in libexample.so)
        frame #4: check(cudaError) [T = cudaErrorAssert, text = "device-side assert triggered"] + 0x1c (0x7f9d0417a4f2 in libexample.so)
        frame #5: retry(int) [after = CUBLAS_STATUS_ALLOC_FAILED] + 0x1c (0x7f9d0417a4f2 in libexample.so)
        """;
}
