using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Host memory that stays pinned until this object is disposed or collected. If the memory were freed first, devices would copy from it
/// for its next owner. Memory that cannot be unpinned is therefore kept until the process ends.
/// </summary>
internal sealed class PinnedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly HostMemoryPinner _pinner;
    private readonly long _bytes;

    // A finalizer of the memory would not wait for this one.
    private readonly GCHandle _memory;

    public PinnedMemory(HostMemoryPinner pinner, nint address, long bytes, object memory)
        : base(ownsHandle: true)
    {
        _pinner = pinner;
        _bytes = bytes;
        _memory = GCHandle.Alloc(memory);
        SetHandle(address);
    }

    /// <summary><see langword="true"/> if the memory could not be unpinned. Its owner must not free it.</summary>
    public bool IsLeaked { get; private set; }

    protected override bool ReleaseHandle()
    {
        IsLeaked = !_pinner.Unpin(handle, _bytes);

        // A handle that is not freed keeps leaked memory alive, so that its finalizer does not run.
        if (!IsLeaked)
            _memory.Free();
        return true;
    }
}
