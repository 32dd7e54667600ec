using System.Runtime.CompilerServices;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>Asks whether TorchSharp is there and what it can use, where it may be missing altogether.</summary>
internal static class TorchLibrary
{
    /// <summary>Why libtorch cannot use CUDA; <see langword="null"/> if it can.</summary>
    public static string? FindCudaProblem()
    {
        try
        {
            return HasCuda() ? null : "its native library was built without CUDA, or for a newer driver.";
        }
#pragma warning disable CA1031 // Whatever is wrong with TorchSharp, the application has devices without it.
        catch (Exception exception)
        {
            return $"it cannot be loaded ({exception.GetBaseException().GetType().Name}).";
        }
    }

    public static bool HasMps()
    {
        if (!OperatingSystem.IsMacOS())
            return false;
        try
        {
            return AsksForMps();
        }
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031
    }

    // Apart, so that an assembly that is missing is found inside the try.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasCuda() => torch.TryInitializeDeviceType(DeviceType.CUDA);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool AsksForMps() => TorchVersion.HasMps;
}
