using TorchSharp;

namespace SharedModels.TorchSharp.Native;

/// <summary>Finds the memory of tensors and points tensors to other memory.</summary>
/// <remarks>
/// libtorch's <c>Module::to</c> points each parameter to the memory of its copy with <c>set_data</c>. The parameter remains the same
/// object, so that all its users, including native modules and scripts, see the change. This class does the same with memory of this
/// package. TorchSharp's <c>Module.to</c> replaces the parameters, which breaks shared parameters, and ends the process if libtorch
/// throws an exception inside it.
/// </remarks>
internal static unsafe class TensorMemory
{
    private static TensorLibrary Library => TensorLibrary.Shared
        ?? throw new DllNotFoundException(TorchLibrary.Problem ?? TorchLibrary.OutdatedProblem);

    /// <summary>Returns the address of the first element, on any device.</summary>
    public static nint AddressOf(torch.Tensor tensor)
    {
        nint address;
        Check(Library.GetAddress(tensor.Handle, &address), "aoti_torch_get_data_ptr");
        return address;
    }

    /// <summary>
    /// Returns the identity of the tensor that an object refers to. Objects with the same identity refer to the same tensor.
    /// </summary>
    public static nint IdentityOf(torch.Tensor tensor) => *(nint*)tensor.Handle;

    /// <summary>
    /// Returns <see langword="true"/> if the tensor is neither sparse nor quantized, so that its elements have addresses.
    /// </summary>
    public static bool IsPlain(torch.Tensor tensor)
    {
        int layout;
        Check(Library.GetLayout(tensor.Handle, &layout), "aoti_torch_get_layout");
        return layout == Library.StridedLayout && !IsQuantized(tensor);
    }

    public static bool IsQuantized(torch.Tensor tensor) => (int)tensor.dtype is >= 12 and <= 14 or 16 or 17;

    /// <summary>Returns <see langword="true"/> if the tensor was created in inference mode.</summary>
    public static bool IsInference(torch.Tensor tensor)
    {
        var arguments = stackalloc ulong[] { (ulong)NewHandle(tensor) };
        Check(Call("aten::is_inference\0"u8, arguments), "aten::is_inference");
        return (byte)arguments[0] != 0;
    }

    /// <summary>Returns the bytes between the beginning of the tensor's memory and its first element.</summary>
    public static long OffsetOf(torch.Tensor tensor)
    {
        long elements;
        Check(Library.GetStorageOffset(tensor.Handle, &elements), "aoti_torch_get_storage_offset");
        return elements * tensor.ElementSize;
    }

    /// <summary>Creates another object for the same tensor.</summary>
    public static torch.Tensor Share(torch.Tensor tensor) => Wrap(NewHandle(tensor));

    /// <summary>Creates a tensor of bytes over memory that libtorch does not own. The memory must outlive every view of it.</summary>
    public static torch.Tensor FromAddress(nint address, long bytes, torch.Device place)
    {
        nint handle;
        long stride = 1;
        Check(
            Library.CreateFromBlob(address, 1, &bytes, &stride, 0, (int)torch.ScalarType.Byte, (int)place.type, place.index, &handle),
            "aoti_torch_create_tensor_from_blob");
        return Wrap(handle);
    }

    /// <summary>Creates a tensor over a part of the memory of a tensor of bytes.</summary>
    /// <param name="memory">The tensor of bytes.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="offset">The bytes before the first element, a multiple of the size of an element.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="strides">The number of elements between neighbors in each dimension.</param>
    public static torch.Tensor View(torch.Tensor memory, torch.ScalarType type, long offset, long[] shape, long[] strides)
    {
        nint typed, handle;
        Check(Library.ViewAs(memory.Handle, (int)type, &typed), "aoti_torch_view_dtype");
        using var elements = Wrap(typed);
        fixed (long* sizes = shape, steps = strides)
        {
            Check(
                Library.Reinterpret(typed, shape.Length, sizes, steps, offset / elements.ElementSize, &handle),
                "aoti_torch__reinterpret_tensor");
        }

        return Wrap(handle);
    }

    /// <summary>Points a tensor to the memory, the shape, the element type and the device of another.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot exchange tensors of these kinds.</exception>
    public static void PointTo(this torch.Tensor tensor, torch.Tensor source)
    {
        if (!tensor.TryPointTo(source))
            throw new InvalidOperationException(
                $"libtorch cannot exchange a tensor of type {tensor.dtype} on {tensor.device} for one of type {source.dtype} on "
                + $"{source.device}. The reason is on standard error.");
    }

    /// <inheritdoc cref="PointTo"/>
    /// <returns><see langword="false"/> if libtorch cannot exchange tensors of these kinds.</returns>
    public static bool TryPointTo(this torch.Tensor tensor, torch.Tensor source)
    {
        var arguments = stackalloc ulong[] { (ulong)NewHandle(tensor), (ulong)NewHandle(source) };
        return Call("aten::set_data\0"u8, arguments) == 0;
    }

    /// <summary>
    /// Makes an object refer to another tensor. Other objects of the tensor, and native modules that hold it, are not affected.
    /// </summary>
    public static void Replace(this torch.Tensor tensor, torch.Tensor source) =>
        Check(Library.Assign(source.Handle, tensor.Handle), "aoti_torch_assign_tensors");

    /// <summary>Calls an operator, which consumes the handles and replaces them by its result.</summary>
    private static int Call(ReadOnlySpan<byte> name, ulong* arguments)
    {
        fixed (byte* text = name, overload = "\0"u8)
            return Library.CallDispatcher(text, overload, arguments);
    }

    private static nint NewHandle(torch.Tensor tensor)
    {
        nint handle;
        Check(Library.NewHandle(tensor.Handle, &handle), "aoti_torch_new_tensor_handle");
        return handle;
    }

    private static torch.Tensor Wrap(nint handle) => torch.Tensor.UnsafeCreateTensor(handle).DetachFromDisposeScope();

    private static void Check(int result, string function)
    {
        if (result != 0)
            throw new InvalidOperationException($"{function} failed. The reason is on standard error.");
    }
}
