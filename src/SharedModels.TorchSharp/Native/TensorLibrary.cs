using System.Runtime.InteropServices;
using TorchSharp;

namespace SharedModels.TorchSharp.Native;

/// <summary>
/// The functions of libtorch's stable C interface that this package calls. TorchSharp has no equivalent of them. All of them convert a
/// C++ exception to an error code, so that no exception reaches a managed frame, which would end the process.
/// </summary>
internal sealed unsafe class TensorLibrary
{
    private static readonly Lazy<TensorLibrary?> LazyShared = new(TryLoad);

    private TensorLibrary(nint library)
    {
        CreateFromBlob = (delegate* unmanaged<nint, long, long*, long*, long, int, int, int, nint*, int>)NativeLibrary.GetExport(
            library, "aoti_torch_create_tensor_from_blob");
        NewHandle = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(library, "aoti_torch_new_tensor_handle");
        CallDispatcher = (delegate* unmanaged<byte*, byte*, ulong*, int>)NativeLibrary.GetExport(library, "aoti_torch_call_dispatcher");
        ViewAs = (delegate* unmanaged<nint, int, nint*, int>)NativeLibrary.GetExport(library, "aoti_torch_view_dtype");
        Reinterpret = (delegate* unmanaged<nint, long, long*, long*, long, nint*, int>)NativeLibrary.GetExport(
            library, "aoti_torch__reinterpret_tensor");
        Assign = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "aoti_torch_assign_tensors");
        GetAddress = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(library, "aoti_torch_get_data_ptr");
        GetLayout = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "aoti_torch_get_layout");
        GetStorageOffset = (delegate* unmanaged<nint, long*, int>)NativeLibrary.GetExport(library, "aoti_torch_get_storage_offset");
        StridedLayout = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "aoti_torch_layout_strided"))();
    }

    /// <summary>
    /// The library of this process, or <see langword="null"/> if TorchSharp cannot be used or libtorch lacks a function.
    /// </summary>
    public static TensorLibrary? Shared => LazyShared.Value;

    public delegate* unmanaged<nint, long, long*, long*, long, int, int, int, nint*, int> CreateFromBlob { get; }

    public delegate* unmanaged<nint, nint*, int> NewHandle { get; }

    public delegate* unmanaged<byte*, byte*, ulong*, int> CallDispatcher { get; }

    public delegate* unmanaged<nint, int, nint*, int> ViewAs { get; }

    public delegate* unmanaged<nint, long, long*, long*, long, nint*, int> Reinterpret { get; }

    public delegate* unmanaged<nint, nint, int> Assign { get; }

    public delegate* unmanaged<nint, nint*, int> GetAddress { get; }

    public delegate* unmanaged<nint, int*, int> GetLayout { get; }

    public delegate* unmanaged<nint, long*, int> GetStorageOffset { get; }

    public int StridedLayout { get; }

    private static TensorLibrary? TryLoad()
    {
        try
        {
            return NativeLibrary.TryLoad("torch_cpu", typeof(DeviceType).Assembly, null, out var library) ? new(library) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }
}
