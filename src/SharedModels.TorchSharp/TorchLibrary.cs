using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>Determines whether TorchSharp can be used, without throwing an exception.</summary>
/// <remarks>TorchSharp looks for its native library once per process, so the results are cached. Safe for use by many threads.</remarks>
internal static class TorchLibrary
{
    private static readonly Lazy<string?> LazyProblem = new(FindProblem);

    /// <summary>
    /// The reason why TorchSharp cannot be used on this machine, including the remedy, or <see langword="null"/> if it can.
    /// </summary>
    public static string? Problem => LazyProblem.Value;

    /// <summary>Returns the reason why libtorch cannot use CUDA, or <see langword="null"/> if it can.</summary>
    public static string? FindCudaProblem()
    {
        if (Problem is { } problem)
            return problem;
        return Ask(static () => torch.TryInitializeDeviceType(DeviceType.CUDA))
            ? null
            : "The native library of TorchSharp was built without CUDA, or for a newer driver. Reference TorchSharp-cuda-linux or "
            + "TorchSharp-cuda-windows.";
    }

    public static bool HasMps() => OperatingSystem.IsMacOS() && Problem is null && Ask(torch.mps_is_available);

    /// <summary>Returns a description of why the library could not be loaded, and the remedy.</summary>
    /// <param name="loaderError">The error of the operating system's loader about TorchSharp's native library.</param>
    internal static string Describe(string loaderError)
    {
        const string Version = "GLIBCXX_";
        var start = loaderError.IndexOf(Version, StringComparison.Ordinal);
        if (start < 0)
            return
                "The native library of TorchSharp was not found or cannot be loaded. Reference TorchSharp-cpu, TorchSharp-cuda-linux or "
                + $"TorchSharp-cuda-windows {TorchVersion}, or replace libLibTorchSharp.so in the application's folder "
                + "(runtimes/linux-x64/native unless it was published for one platform) with your own build.";
        var end = start + Version.Length;
        while (end < loaderError.Length && (char.IsAsciiDigit(loaderError[end]) || loaderError[end] == '.'))
            end++;
        return
            $"The native library of TorchSharp needs a newer libstdc++ than this machine has: {loaderError[start..end]} is missing, which "
            + "comes with GCC 13. Use Debian 13, Ubuntu 24.04, RHEL 10 or later, or a container image that is based on one of them.";
    }

    /// <summary>The problem description for a libtorch that lacks a function, including the remedy.</summary>
    public static string OutdatedProblem =>
        "The libtorch that was loaded lacks functions of the C interface that libtorch 2.10 has. Reference the native package of "
        + $"TorchSharp {TorchVersion}, or build against a newer libtorch.";

    private static string TorchVersion => typeof(DeviceType).Assembly.GetName().Version!.ToString(3);

    /// <summary>
    /// Loads the library in the same way as TorchSharp. TorchSharp's own error does not include the reason of the loader, and occurs only
    /// after half a gigabyte has been copied next to the application.
    /// </summary>
    private static string? FindProblem()
    {
        try
        {
            foreach (var library in new[] { "torch_cpu", "torch_cuda" })
                _ = NativeLibrary.TryLoad(library, typeof(DeviceType).Assembly, searchPath: null, out _);
            NativeLibrary.Load("LibTorchSharp", typeof(DeviceType).Assembly, searchPath: null);
        }
        catch (DllNotFoundException exception) when (exception.Message.Contains("GLIBCXX_", StringComparison.Ordinal))
        {
            return Describe(exception.Message);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // TorchSharp also searches the packages of a script or a notebook.
            return Ask(static () => torch.TryInitializeDeviceType(DeviceType.CPU)) ? null : Describe(exception.Message);
        }

        return TensorLibrary.Shared is null ? OutdatedProblem : null;
    }

    // Not inlined, so that a missing assembly or library throws inside the try block.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Ask(Func<bool> question)
    {
        try
        {
            return question();
        }
#pragma warning disable CA1031 // The application has other devices without TorchSharp, regardless of the error.
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031
    }
}
