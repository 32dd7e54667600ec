using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Pages that are locked until this is disposed, or collected: memory that is freed before would be copied from as it was, whoever has it then.</summary>
internal sealed class PageLock : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly PageLocks _locks;
    private readonly long _bytes;

    // A finalizer of the memory's own would not wait for this one.
    private readonly GCHandle _memory;

    public PageLock(PageLocks locks, nint address, long bytes, object memory)
        : base(ownsHandle: true)
    {
        _locks = locks;
        _bytes = bytes;
        _memory = GCHandle.Alloc(memory);
        SetHandle(address);
    }

    protected override bool ReleaseHandle()
    {
        _locks.Unlock(handle, _bytes);
        _memory.Free();
        return true;
    }
}
