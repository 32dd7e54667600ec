using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.StandIn;

/// <summary>
/// A device that is not the CPU, for tests without a GPU. libtorch knows the device type MTIA, but has no backend for it. The tensors of
/// the device have addresses that the tests choose, such as those of a simulated CUDA device. The device can create and copy tensors, but
/// computes nothing.
/// </summary>
internal static unsafe class StandInDevice
{
    private const int Mtia = 19;
    private const int GetDeviceFromPointer = 13;
    private const int MaxFunctions = 48;
    private const int FunctionsBefore = 2;

    private static readonly nint Library = NativeLibrary.Load("torch_cpu", typeof(DeviceType).Assembly, null);

    [ThreadStatic]
    private static Action? _onDeviceOf;

    static StandInDevice()
    {
        _ = TorchLibrary.Problem;
        ReplaceHook();
        var kernels = Open("aoti_torch_library_init_impl", "aten", "MTIA");
        Implement(kernels, "empty_strided", (nint)(delegate* unmanaged<ulong*, ulong, ulong, void>)&EmptyStrided);
        Implement(kernels, "_copy_from", (nint)(delegate* unmanaged<ulong*, ulong, ulong, void>)&CopyFrom);
    }

    /// <summary>The device in the terms of libtorch.</summary>
    public static torch.Device Place { get; } = new((DeviceType)Mtia, 0);

    /// <summary>Returns the bytes of a tensor from its first to its last element, read by a function that can access the device.</summary>
    public static byte[] BytesOf(torch.Tensor tensor, Func<nint, long, byte[]> read)
    {
        var entry = ModuleTensors.Describe("any", tensor);
        return entry.Bytes == 0 ? [] : read(entry.Address, entry.Bytes);
    }

    /// <summary>Runs an action. A probe runs whenever libtorch asks, on this thread, for the device of an address.</summary>
    public static void WhenAddressIsAsked(Action probe, Action action)
    {
        _onDeviceOf = probe;
        try
        {
            action();
        }
        finally
        {
            _onDeviceOf = null;
        }
    }

    // A libtorch without a backend for the device does not know the device of an address.
    private static void ReplaceHook()
    {
        var hooks = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "_ZN2at6detail12getMTIAHooksEv"))();
        var table = (nint*)NativeMemory.Alloc((FunctionsBefore + MaxFunctions) * (nuint)sizeof(nint));
        var original = *(nint**)hooks - FunctionsBefore;
        for (var i = 0; i < FunctionsBefore + MaxFunctions; i++)
            table[i] = original[i];
        table[FunctionsBefore + GetDeviceFromPointer] = (nint)(delegate* unmanaged<nint, nint, ushort>)&DeviceOf;
        *(nint**)hooks = table + FunctionsBefore;
    }

    private static nint Open(string function, string space, string key)
    {
        nint library;
        fixed (byte* name = Encode(space), dispatch = Encode(key), file = Encode("StandInDevice.cs"))
        {
            var init = (delegate* unmanaged<byte*, byte*, byte*, uint, nint*, int>)NativeLibrary.GetExport(Library, function);
            if (init(name, dispatch, file, 1, &library) != 0)
                throw new InvalidOperationException($"{function} failed.");
        }

        return library;
    }

    private static void Implement(nint kernels, string name, nint kernel)
    {
        fixed (byte* text = Encode(name))
        {
            var add = (delegate* unmanaged<nint, byte*, nint, int>)NativeLibrary.GetExport(Library, "aoti_torch_library_impl");
            if (add(kernels, text, kernel) != 0)
                throw new InvalidOperationException($"aoti_torch_library_impl failed for {name}.");
        }
    }

    private static byte[] Encode(string text) => System.Text.Encoding.UTF8.GetBytes(text + '\0');

    [UnmanagedCallersOnly]
    private static ushort DeviceOf(nint hooks, nint address)
    {
        _onDeviceOf?.Invoke();
        return Mtia;
    }

    // Allocates separate memory, which is never freed because the tests create few tensors.
    [UnmanagedCallersOnly]
    private static void EmptyStrided(ulong* stack, ulong arguments, ulong results)
    {
        var (shape, strides) = (ReadList((nint)stack[0]), ReadList((nint)stack[1]));
        var type = stack[2] == 0 ? (int)torch.ScalarType.Float32 : *(int*)stack[2];
        var elements = 1L;
        for (var i = 0; i < shape.Length; i++)
            elements += (shape[i] - 1) * strides[i];
        var memory = NativeMemory.AlignedAlloc((nuint)Math.Max(1, elements) * 16, 64);
        nint handle;
        fixed (long* sizes = shape, steps = strides)
            _ = TensorLibrary.Shared!.CreateFromBlob((nint)memory, shape.Length, sizes, steps, 0, type, Mtia, 0, &handle);
        stack[0] = (ulong)handle;
    }

    [UnmanagedCallersOnly]
    private static void CopyFrom(ulong* stack, ulong arguments, ulong results)
    {
        var (source, target) = ((nint)stack[0], (nint)stack[1]);
        using var from = OnHost(source);
        using var to = OnHost(target);
        to.copy_(from);
        stack[0] = (ulong)target;
    }

    /// <summary>Returns a tensor of the CPU over the same memory.</summary>
    private static torch.Tensor OnHost(nint handle)
    {
        nint copy, result;
        _ = TensorLibrary.Shared!.NewHandle(handle, &copy);
        using var tensor = torch.Tensor.UnsafeCreateTensor(copy);
        fixed (long* sizes = tensor.shape, steps = tensor.stride())
        {
            _ = TensorLibrary.Shared.CreateFromBlob(
                TensorMemory.AddressOf(tensor), tensor.shape.Length, sizes, steps, 0, (int)tensor.dtype, 0, -1, &result);
        }

        return torch.Tensor.UnsafeCreateTensor(result);
    }

    private static long[] ReadList(nint list)
    {
        nuint size;
        _ = ((delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(Library, "torch_list_size"))(list, &size);
        var values = new long[size];
        for (nuint i = 0; i < size; i++)
        {
            ulong value;
            _ = ((delegate* unmanaged<nint, nuint, ulong*, int>)NativeLibrary.GetExport(Library, "torch_list_get_item"))(list, i, &value);
            values[i] = (long)value;
        }

        return values;
    }
}
