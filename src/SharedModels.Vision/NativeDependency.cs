using System.Reflection;
using System.Runtime.InteropServices;

namespace SharedModels.Vision;

/// <summary>A native library that an assembly calls.</summary>
internal sealed class NativeDependency(string fileName, string purpose, string remedy, Assembly caller)
{
    private volatile bool _loaded;

    /// <summary>Loads the library, or throws an exception that names the library and the remedy.</summary>
    /// <exception cref="DllNotFoundException">The library is missing or cannot be loaded.</exception>
    public void EnsureLoaded()
    {
        if (_loaded)
            return;
        try
        {
            // The handle is never freed. The library stays loaded for the lifetime of the process.
            NativeLibrary.Load(fileName, caller, null);
        }
        catch (Exception cause) when (cause is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"{purpose} requires the library {fileName}, which is missing or cannot be loaded on this machine "
                + $"({RuntimeInformation.RuntimeIdentifier}). {remedy}",
                cause);
        }

        _loaded = true;
    }
}
