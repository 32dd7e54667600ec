using SkiaSharp;

namespace SharedModels.Vision.Imaging.Skia;

/// <summary>The native library of SkiaSharp, which comes as a NuGet package for each operating system.</summary>
internal static class SkiaLibrary
{
    private const string Remedy =
        "Reference a NuGet package that contains it for the application's platform, of the same version as SkiaSharp: "
        + "SkiaSharp.NativeAssets.Linux.NoDependencies, SkiaSharp.NativeAssets.Win32 or SkiaSharp.NativeAssets.macOS.";

    private static readonly NativeDependency Library = new("libSkiaSharp", "Decoding images", Remedy, typeof(SKCodec).Assembly);

    private static volatile bool _isCompatible;

    /// <summary>Checks what SkiaSharp's type initializers would otherwise fail on, with a message that names the remedy.</summary>
    /// <exception cref="DllNotFoundException">The library is missing, cannot be loaded, or is of another version.</exception>
    public static void EnsureLoaded()
    {
        if (_isCompatible)
            return;
        Library.EnsureLoaded();
        if (!SkiaSharpVersion.CheckNativeLibraryCompatible(throwIfIncompatible: false))
        {
            throw new DllNotFoundException(
                $"Decoding images needs the library libSkiaSharp {SkiaSharpVersion.NativeMinimum} or later of the same milestone, "
                + $"but version {SkiaSharpVersion.Native} was loaded. {Remedy}");
        }

        _isCompatible = true;
    }
}
