using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// The copy of an arena on a device, in memory of the pool if there is one, and otherwise in libtorch's own memory.
/// </summary>
internal sealed class DeviceArena(torch.Tensor bytes, DeviceBlock? block, DeviceMemoryPool? pool)
{
    public torch.Tensor Bytes { get; } = bytes;

    /// <summary>Frees the memory, unless a tensor outside the arena shares it.</summary>
    public bool TryFree()
    {
        if (block is not null && StorageUses.Count(Bytes) > 1)
            return false;
        Bytes.Dispose();
        if (block is not null)
            pool!.Free(block);
        return true;
    }
}
