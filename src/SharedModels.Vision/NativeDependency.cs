using System.Runtime.InteropServices;

namespace SharedModels.Vision;

/// <summary>A shared library of the operating system that this assembly calls.</summary>
internal sealed class NativeDependency(string fileName, string debianPackage, string purpose)
{
    private volatile bool _loaded;

    /// <summary>Loads the library, or says what is missing and how to get it.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public void EnsureLoaded()
    {
        if (_loaded)
            return;
        // The handle is never freed: a library that is called once is called again.
        if (!NativeLibrary.TryLoad(fileName, typeof(NativeDependency).Assembly, null, out _))
        {
            throw new DllNotFoundException(
                $"{purpose} needs the library {fileName}, which this machine does not have. "
                + $"Install the package {debianPackage}: apt-get install --no-install-recommends {debianPackage}");
        }

        _loaded = true;
    }
}
