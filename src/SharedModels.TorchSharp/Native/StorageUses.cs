using TorchSharp;

namespace SharedModels.TorchSharp.Native;

/// <summary>
/// Counts the tensors that share a tensor's memory. libtorch has no function for it, so this class reads the reference count in the
/// object that owns the memory, at a position that is verified by a trial run.
/// </summary>
internal static unsafe class StorageUses
{
    // A tensor begins with the table of its functions, its own reference count, and the address of its storage. A storage begins with the
    // table of its functions, its reference count, and the address of its memory (c10/core/TensorImpl.h, c10/core/StorageImpl.h).
    private const int StorageField = 2;
    private const int CountField = 1;
    private const int AddressField = 2;

    private static readonly Lazy<bool> LazyIsKnown = new(Try);

    /// <summary><see langword="true"/> if uses can be counted with the libtorch of this process.</summary>
    public static bool IsKnown => LazyIsKnown.Value;

    /// <summary>
    /// Returns the number of tensors that share the memory. It is only valid if <see cref="IsKnown"/> is <see langword="true"/>.
    /// </summary>
    public static int Count(torch.Tensor tensor) => Read(StorageOf(tensor));

    private static nint* StorageOf(torch.Tensor tensor) => (nint*)((nint*)TensorMemory.IdentityOf(tensor))[StorageField];

    private static int Read(nint* storage) => Volatile.Read(ref *(int*)(storage + CountField));

    private static bool Try()
    {
        using var noGradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (one, other) = (torch.empty(100, torch.ScalarType.Byte), torch.empty(100, torch.ScalarType.Byte));
        nint* storage;
        using (var view = TensorMemory.View(one, torch.ScalarType.Byte, 10, [5], [1]))
        {
            // Follows a pointer only if it differs between memories and is the same for two tensors of one memory.
            storage = StorageOf(one);
            if (storage != StorageOf(view)
                || storage == StorageOf(other)
                || storage[AddressField] != TensorMemory.AddressOf(one)
                || Read(storage) != 2
                || Read(StorageOf(other)) != 1)
                return false;
        }

        return Read(storage) == 1;
    }
}
