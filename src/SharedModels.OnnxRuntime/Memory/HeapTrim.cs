using System.Runtime.InteropServices;

namespace SharedModels.OnnxRuntime.Memory;

/// <summary>
/// Returns freed memory to the system. glibc keeps what a session has freed, several times the size of the model after its creation.
/// Other C libraries return it by themselves, or have no function for it.
/// </summary>
/// <remarks>
/// The end of the heap of a thread other than the first one is not returned before it is larger than glibc's threshold, which grows to 64
/// MiB at most. That memory serves the next session. A lower threshold would slow down every run of a model, which allocates and frees.
/// </remarks>
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
