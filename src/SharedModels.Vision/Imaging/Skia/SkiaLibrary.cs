using SkiaSharp;

namespace SharedModels.Vision.Imaging.Skia;

/// <summary>The native library of SkiaSharp, which is distributed as a NuGet package for each operating system.</summary>
internal static class SkiaLibrary
{
    private const string Remedy =
        "Reference the NuGet package for the application's platform in the same version as SkiaSharp: "
        + "SkiaSharp.NativeAssets.Linux.NoDependencies, SkiaSharp.NativeAssets.Win32 or SkiaSharp.NativeAssets.macOS.";

    private static readonly NativeDependency Library = new("libSkiaSharp", "Decoding images", Remedy, typeof(SKCodec).Assembly);

    private static volatile bool _isCompatible;

    /// <summary>
    /// Checks in advance what SkiaSharp's type initializers would fail on, and throws an exception whose message names the remedy.
    /// </summary>
    /// <exception cref="DllNotFoundException">The library is missing, cannot be loaded, or has a different version.</exception>
    public static void EnsureLoaded()
    {
        if (_isCompatible)
            return;
        Library.EnsureLoaded();
        if (!SkiaSharpVersion.CheckNativeLibraryCompatible(throwIfIncompatible: false))
        {
            throw new DllNotFoundException(
                $"Decoding images requires the library libSkiaSharp {SkiaSharpVersion.NativeMinimum} or later of the same milestone, "
                + $"but version {SkiaSharpVersion.Native} was loaded. {Remedy}");
        }

        _isCompatible = true;
    }
}
