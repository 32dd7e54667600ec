using System.Reflection;
using System.Runtime.InteropServices;

namespace SharedModels.Vision;

/// <summary>A native library that an assembly calls.</summary>
internal sealed class NativeDependency(string fileName, string purpose, string remedy, Assembly caller)
{
    private volatile bool _loaded;

    /// <summary>Loads the library, or throws an exception that names it and the remedy.</summary>
    /// <exception cref="DllNotFoundException">The library is missing, or cannot be loaded.</exception>
    public void EnsureLoaded()
    {
        if (_loaded)
            return;
        try
        {
            // The handle is never freed: the library stays loaded as long as the process runs.
            NativeLibrary.Load(fileName, caller, null);
        }
        catch (Exception cause) when (cause is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"{purpose} needs the library {fileName}, which is missing or cannot be loaded on this machine "
                + $"({RuntimeInformation.RuntimeIdentifier}). {remedy}",
                cause);
        }

        _loaded = true;
    }
}
