using System.Runtime.InteropServices;

namespace SharedModels.OnnxRuntime.Memory;

/// <summary>
/// Returns freed memory to the system. glibc keeps what a session has freed, several times the size of the model after its creation.
/// Other C libraries return it by themselves, or have no function for it.
/// </summary>
internal static unsafe class HeapTrim
{
    private static readonly delegate* unmanaged<nuint, int> Trim = Find();

    public static void Run()
    {
        if (Trim is not null)
            Trim(0);
    }

    private static delegate* unmanaged<nuint, int> Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out var function)
            ? (delegate* unmanaged<nuint, int>)function
            : null;
}
