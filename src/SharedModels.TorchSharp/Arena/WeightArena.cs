using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// The weights of a model, in one block of bytes on the host and, while the model is on a device, in one block there. Tensors are views
/// of the blocks.
/// </summary>
internal sealed class WeightArena : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly HostBlock _host;
    private readonly TorchRuntime _runtime;
    private readonly string _owner;
    private DeviceArena? _device;
    private long _heldBytes;

    /// <param name="layout">The positions of the weights in the block.</param>
    /// <param name="runtime">The devices.</param>
    /// <param name="owner">The name of the model in log messages.</param>
    public WeightArena(ArenaLayout layout, TorchRuntime runtime, string owner)
    {
        Layout = layout;
        _runtime = runtime;
        _owner = owner;
        _host = new(layout.Bytes);
    }

    public ArenaLayout Layout { get; }

    /// <summary>The bytes on devices, including bytes that cannot be freed because an outside tensor shares them.</summary>
    public long DeviceBytes => (_device is null ? 0 : Layout.Bytes) + Interlocked.Read(ref _heldBytes);

    public nint HostAddress(ArenaSlot slot) => _host.Address + (nint)slot.Offset;

    /// <summary>Returns a tensor over the weight on the host, or on the device that <see cref="MoveIn"/> moved it to.</summary>
    public torch.Tensor View(ArenaSlot slot, bool onHost) => TensorMemory.View(
        onHost ? _host.Tensor : _device!.Bytes, (torch.ScalarType)slot.Entry.Kind, slot.Offset, slot.Entry.Shape, slot.Entry.Strides);

    /// <summary>Returns <see langword="true"/> if a tensor is in the arena's memory.</summary>
    public bool Contains(torch.Tensor tensor)
    {
        var address = TensorMemory.AddressOf(tensor);
        return IsIn(_host.Address) || (_device is { } device && IsIn(TensorMemory.AddressOf(device.Bytes)));

        bool IsIn(nint begin) => address >= begin && address - begin < Layout.Bytes;
    }

    /// <summary>Pins the block on the host, which must be filled.</summary>
    public void Pin() => _host.Pin(_runtime.Pinner);

    /// <summary>Copies the weights to a device, with one allocation and one copy.</summary>
    public void MoveIn(Device device, torch.Device place)
    {
        if (!HasPool(device))
        {
            var memory = torch.empty([Layout.Bytes], torch.ScalarType.Byte, place).DetachFromDisposeScope();
            try
            {
                memory.copy_(_host.Tensor);
            }
            catch
            {
                memory.Dispose();
                throw;
            }

            _device = new(memory, null, null);
            return;
        }

        var pool = _runtime.DeviceMemory!;
        var block = pool.Allocate(device.Index, Math.Max(1, Layout.Bytes));
        try
        {
            _runtime.Transfers!.CopyIn(device.Index, new(_host.Address, block.Address, Layout.Bytes));

            // libtorch asks the CUDA runtime for the device of the address, and the runtime answers from the current context. Another
            // device might be lost and has no access to the memory.
            var bytes = _runtime.Driver!.RunInContext(
                device.Index, () => TensorMemory.FromAddress(block.Address, Layout.Bytes, place));
            _device = new(bytes, block, pool);
        }
        catch (Exception exception)
        {
            pool.Free(block);
            _runtime.ThrowDeviceError(device, exception);
            throw;
        }
    }

    /// <summary>Copies weights that use has changed back to the host. The device keeps its copy.</summary>
    /// <param name="device">The device.</param>
    /// <param name="hasBegun">Set when weights on the host may have changed, even if the copy fails.</param>
    public void CopyBack(Device device, ref bool hasBegun)
    {
        if (HasPool(device))
        {
            _runtime.Transfers!.CopyOut(
                device.Index, new(_host.Address, TensorMemory.AddressOf(_device!.Bytes), Layout.Bytes), ref hasBegun);
            return;
        }

        hasBegun = true;
        _host.Tensor.copy_(_device!.Bytes);
    }

    /// <summary>
    /// Frees the memory on the device. A tensor that was taken out of a lease can share the memory, which then cannot be freed. The task
    /// completes only when the last such tensor has been disposed or collected, so that the memory does not count as free before.
    /// </summary>
    public async Task FreeDeviceAsync()
    {
        if (_device is not { } device)
            return;
        _device = null;
        if (device.TryFree())
            return;

        // The tensor may be unreachable without having been disposed by a scope.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (device.TryFree())
            return;
        Interlocked.Add(ref _heldBytes, Layout.Bytes);
        Log.DeviceMemoryHeld(_runtime.Logger, Layout.Bytes, _owner);
        do
        {
            await Task.Delay(PollInterval, _runtime.Time).ConfigureAwait(false);
        }
        while (!device.TryFree());
        Interlocked.Add(ref _heldBytes, -Layout.Bytes);
    }

    public void Dispose()
    {
        _ = FreeDeviceAsync();
        _host.Dispose();
    }

    /// <summary>
    /// Returns <see langword="true"/> if weights are placed in the pool. This requires that views kept by a caller can be counted.
    /// </summary>
    private bool HasPool(Device device) => device.Kind == "cuda" && _runtime.DeviceMemory is not null && _runtime.CanCountUses;
}
