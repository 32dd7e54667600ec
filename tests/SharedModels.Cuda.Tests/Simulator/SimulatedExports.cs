using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>The functions of the driver's library, as addresses.</summary>
internal sealed unsafe class SimulatedExports
{
    // Like a library that stays loaded, because leftovers of a test may still call it.
    private static readonly ConcurrentBag<SimulatedExports> Loaded = [];
    private static readonly ConcurrentDictionary<string, nint> Texts = [];

    private readonly Dictionary<string, Delegate> _functions;

    public SimulatedExports(CudaSimulator simulator)
    {
        Loaded.Add(this);
        var memory = simulator.Memory;
        _functions = new()
        {
            ["cuInit"] = (Number)(static _ => 0),
            ["cuDeviceGetCount"] = (OutInt)(count => Set(count, simulator.Devices.Count)),
            ["cuDeviceGet"] = (OutIntOf)((device, ordinal) => Set(device, ordinal)),
            ["cuDeviceGetName"] = (Text)((text, length, device) => Write(text, length, simulator.Devices[device].Name)),
            ["cuDeviceGetUuid"] = (Text2)((uuid, device) =>
            {
                new Guid(device, 0, 0, new byte[8]).TryWriteBytes(new(uuid, 16), bigEndian: true, out _);
                return 0;
            }),
            ["cuDeviceGetAttribute"] = (Attribute)(
                (value, attribute, device) => Set(value, attribute == 102 && simulator.Devices[device].Granularity > 0 ? 1 : 0)),
            ["cuDevicePrimaryCtxRetain"] = (OutHandleOf)((context, device) => Retain(context, simulator.Devices[device])),
            ["cuCtxPushCurrent_v2"] = (Handle)simulator.Push,
            ["cuCtxPopCurrent_v2"] = (OutHandle)simulator.Pop,
            ["cuCtxSetCurrent"] = (Handle)simulator.SetCurrent,
            ["cuCtxGetCurrent"] = (OutHandle)simulator.GetCurrent,
            ["cuCtxSynchronize"] = (Nothing)(() => simulator.InContext("cuCtxSynchronize", simulator.WaitForDevice)),
            ["cuMemGetInfo_v2"] = (Out2Pointers)((free, total) => simulator.InContext("cuMemGetInfo_v2", device =>
            {
                *free = (nuint)device.FreeBytes;
                *total = (nuint)device.TotalBytes;
                return 0;
            })),
            ["cuStreamCreate"] = (OutHandleWith)((stream, flags) => simulator.InContext(
                "cuStreamCreate", device => Set(stream, simulator.CreateStream(device, isBlocking: flags == 0)))),
            ["cuStreamDestroy_v2"] = (Handle)(stream => simulator.InContext(
                "cuStreamDestroy_v2", device => simulator.DestroyStream(device, stream))),
            ["cuStreamSynchronize"] = (Handle)(handle => simulator.InContext(
                "cuStreamSynchronize", device => simulator.WithStream(device, handle, stream => simulator.Wait(stream.Last)))),
            ["cuStreamWaitEvent"] = (Handles)((handle, marker, _) => simulator.InContext(
                "cuStreamWaitEvent", device => simulator.WithStream(device, handle, stream => simulator.WithEvent(device, marker, found =>
                {
                    CudaSimulator.Await(stream, found);
                    return 0;
                })))),
            ["cuEventCreate"] = (OutHandleWith)((marker, _) => simulator.InContext(
                "cuEventCreate", device => Set(marker, simulator.CreateEvent(device)))),
            ["cuEventDestroy_v2"] = (Handle)(marker => simulator.InContext(
                "cuEventDestroy_v2", device => simulator.DestroyEvent(device, marker))),
            ["cuEventRecord"] = (Handle2)((marker, handle) => simulator.InContext(
                "cuEventRecord", device => simulator.WithEvent(device, marker, found => simulator.WithStream(device, handle, stream =>
                {
                    simulator.Record(found, stream);
                    return 0;
                })))),
            ["cuEventSynchronize"] = (Handle)(marker => simulator.InContext(
                "cuEventSynchronize", device => simulator.WithEvent(device, marker, found => simulator.Wait(found.Recorded)))),
            ["cuMemHostRegister_v2"] = (Register)((address, bytes, _) => simulator.InContext(
                "cuMemHostRegister_v2", device => memory.Host.Register(device, address, (long)bytes))),
            ["cuMemHostUnregister"] = (Handle)simulator.UnregisterHost,
            ["cuMemHostAlloc"] = (OutAddressWith)((address, bytes, _) => simulator.InContext(
                "cuMemHostAlloc", device => memory.Host.Allocate(device, (long)bytes, address))),
            ["cuMemFreeHost"] = (Handle)(address => simulator.InContext("cuMemFreeHost", _ => memory.Host.Free(address))),
            ["cuMemcpyHtoDAsync_v2"] = (Copy)((target, source, bytes, handle) => simulator.InContext(
                "cuMemcpyHtoDAsync_v2", device => simulator.WithStream(
                device, handle, stream => memory.Copy(device, source, target, (long)bytes, stream, isIn: true)))),
            ["cuMemcpyDtoHAsync_v2"] = (Copy)((target, source, bytes, handle) => simulator.InContext(
                "cuMemcpyDtoHAsync_v2", device => simulator.WithStream(
                device, handle, stream => memory.Copy(device, target, source, (long)bytes, stream, isIn: false)))),
            ["cuMemAlloc_v2"] = (OutAddress)((address, bytes) => simulator.InContext(
                "cuMemAlloc_v2", device => memory.Allocate(device, (long)bytes, address))),
            ["cuMemFree_v2"] = (Handle)(address => simulator.InContext("cuMemFree_v2", device => memory.Free(device, address))),
            ["cuMemGetAllocationGranularity"] = (Granularity)(
                (bytes, allocation, _) => Set(bytes, (nuint)simulator.Devices[allocation->LocationId].Granularity)),
            ["cuMemCreate"] = (Create)((found, bytes, allocation, _) => simulator.InContext(
                "cuMemCreate", _ => memory.Create(simulator.Devices[allocation->LocationId], (long)bytes, found))),
            ["cuMemRelease"] = (Number64)(found => simulator.InContext("cuMemRelease", _ => memory.Release(found))),
            ["cuMemAddressReserve"] = (Reserve)((address, bytes, _, _, _) => simulator.InContext(
                "cuMemAddressReserve", _ => memory.Reserve((long)bytes, address))),
            ["cuMemAddressFree"] = (Range)((address, bytes) => simulator.InContext(
                "cuMemAddressFree", _ => memory.FreeAddresses(address, (long)bytes))),
            ["cuMemMap"] = (Map)((address, bytes, _, found, _) => simulator.InContext(
                "cuMemMap", _ => memory.Map(address, (long)bytes, found))),
            ["cuMemUnmap"] = (Range)((address, bytes) => simulator.InContext("cuMemUnmap", _ => memory.Unmap(address, (long)bytes))),
            ["cuMemSetAccess"] = (SetAccess)((address, bytes, access, _) => simulator.InContext(
                "cuMemSetAccess", _ => memory.AllowAccess(simulator.Devices[access->LocationId], address, (long)bytes))),
            ["cuPointerGetAttribute"] = (PointerAttribute)((value, attribute, address) => simulator.InContext(
                "cuPointerGetAttribute", _ => memory.Describe(address, attribute, value))),
            ["cuGetErrorName"] = (ErrorText)((code, text) => Describe(code, text, isName: true)),
            ["cuGetErrorString"] = (ErrorText)((code, text) => Describe(code, text, isName: false)),
        };
    }

    private delegate int Nothing();

    private delegate int Number(uint value);

    private delegate int Number64(ulong value);

    private delegate int OutInt(int* result);

    private delegate int OutHandle(nint* result);

    private delegate int OutIntOf(int* result, int ordinal);

    private delegate int Attribute(int* result, int attribute, int device);

    private delegate int OutHandleOf(nint* result, int device);

    private delegate int OutHandleWith(nint* result, uint flags);

    private delegate int OutAddress(nint* result, nuint bytes);

    private delegate int OutAddressWith(nint* result, nuint bytes, uint flags);

    private delegate int Out2Pointers(nuint* first, nuint* second);

    private delegate int Text(byte* text, int length, int device);

    private delegate int Text2(byte* text, int device);

    private delegate int Handle(nint handle);

    private delegate int Handle2(nint first, nint second);

    private delegate int Handles(nint first, nint second, uint flags);

    private delegate int Range(nint address, nuint bytes);

    private delegate int Register(nint address, nuint bytes, uint flags);

    private delegate int Copy(nint destination, nint source, nuint bytes, nint stream);

    private delegate int Granularity(nuint* bytes, CudaAllocation* allocation, int option);

    private delegate int Create(ulong* memory, nuint bytes, CudaAllocation* allocation, ulong flags);

    private delegate int Reserve(nint* address, nuint bytes, nuint alignment, nint wish, ulong flags);

    private delegate int Map(nint address, nuint bytes, nuint offset, ulong memory, ulong flags);

    private delegate int SetAccess(nint address, nuint bytes, CudaAccess* access, nuint count);

    private delegate int PointerAttribute(int* value, int attribute, nint address);

    private delegate int ErrorText(int code, byte** text);

    public nint Find(string name) => _functions.TryGetValue(name, out var function) ? Marshal.GetFunctionPointerForDelegate(function) : 0;

    private static int Set<T>(T* target, T value)
        where T : unmanaged
    {
        *target = value;
        return 0;
    }

    private static int Write(byte* text, int length, string value)
    {
        var written = Encoding.UTF8.GetBytes(value, new Span<byte>(text, length - 1));
        text[written] = 0;
        return 0;
    }

    private static int Retain(nint* context, SimulatedDevice device)
    {
        if (device.Fault != 0)
            return device.Fault;
        device.Contexts++;
        return Set(context, device.Context);
    }

    private static int Describe(int code, byte** text, bool isName)
    {
        if (CudaCode.Describe(code) is not { } found)
            return CudaCode.InvalidValue;
        *text = (byte*)Texts.GetOrAdd(isName ? found.Name : found.Text, static value => Marshal.StringToCoTaskMemUTF8(value));
        return 0;
    }
}
