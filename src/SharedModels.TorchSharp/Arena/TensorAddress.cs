using System.Runtime.InteropServices;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// Finds where a tensor's numbers lie on its device. TorchSharp tells it of tensors on the host only; its native library exports a function
/// for all, the same in all versions, which TorchSharp calls itself.
/// </summary>
internal static unsafe class TensorAddress
{
    private static readonly delegate* unmanaged<nint, nint> Find = Load();

    /// <summary>Whether addresses on devices can be had; if not, libtorch itself does the copying.</summary>
    public static bool IsKnown => Find != null;

    public static nint Of(torch.Tensor tensor) =>
        IsKnown ? Find(tensor.Handle) : throw new NotSupportedException("The native library of TorchSharp does not export THSTensor_data.");

    private static delegate* unmanaged<nint, nint> Load() =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, "THSTensor_data", out var address)
            ? (delegate* unmanaged<nint, nint>)address
            : null;
}
