using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// A model's weights on the host and, as long as the model is on a device, there: one block of bytes each, with views as tensors.
/// </summary>
internal sealed class WeightArena : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly HostBlock _host;
    private readonly TorchRuntime _runtime;
    private readonly string _owner;
    private DeviceArena? _device;
    private long _heldBytes;

    /// <param name="layout">Where the weights lie in the block.</param>
    /// <param name="runtime">The devices.</param>
    /// <param name="owner">What the log calls the model.</param>
    public WeightArena(ArenaLayout layout, TorchRuntime runtime, string owner)
    {
        Layout = layout;
        _runtime = runtime;
        _owner = owner;
        _host = new(layout.Bytes);
    }

    public ArenaLayout Layout { get; }

    /// <summary>Bytes that it has on devices now, with those that a tensor of somebody else's keeps from being freed.</summary>
    public long DeviceBytes => (_device is null ? 0 : Layout.Bytes) + Interlocked.Read(ref _heldBytes);

    public nint HostAddress(ArenaSlot slot) => _host.Address + (nint)slot.Offset;

    /// <summary>A tensor over the weight on the host, or on the device that <see cref="MoveIn"/> brought it to.</summary>
    public torch.Tensor View(ArenaSlot slot, bool onHost) => TensorMemory.View(
        onHost ? _host.Tensor : _device!.Bytes, (torch.ScalarType)slot.Entry.Kind, slot.Offset, slot.Entry.Shape, slot.Entry.Strides);

    /// <summary>Returns <see langword="true"/> if a tensor lies in the arena's memory.</summary>
    public bool Contains(torch.Tensor tensor)
    {
        var address = TensorMemory.AddressOf(tensor);
        return IsIn(_host.Address) || (_device is { } device && IsIn(TensorMemory.AddressOf(device.Bytes)));

        bool IsIn(nint begin) => address >= begin && address - begin < Layout.Bytes;
    }

    /// <summary>Pins the host's block, which must be filled.</summary>
    public void Pin() => _host.Pin(_runtime.Pinner);

    /// <summary>Copies the weights to a device: one allocation and one copy.</summary>
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

            // libtorch asks the CUDA runtime which device the address belongs to, and the runtime answers from the current context.
            // Another device may be lost, and has no access to the memory.
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

    /// <summary>Copies the weights back that use has changed; the device keeps its own.</summary>
    /// <param name="device">The device.</param>
    /// <param name="hasBegun">Set once weights on the host may have changed, also if the copy fails.</param>
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
    /// Gives the device's memory back. While a tensor that was taken out of a lease shares the memory, it cannot be freed: this ends when
    /// the last such tensor is disposed or collected, whatever happens meanwhile, so that nobody counts on memory that is not free.
    /// </summary>
    public async Task FreeDeviceAsync()
    {
        if (_device is not { } device)
            return;
        _device = null;
        if (device.TryFree())
            return;

        // It may be a tensor that nobody refers to any more, and that no scope has disposed.
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

    /// <summary>Returns <see langword="true"/> if weights go to the pool. They do only if views that a user keeps can be counted.</summary>
    private bool HasPool(Device device) => device.Kind == "cuda" && _runtime.DeviceMemory is not null && _runtime.CanCountUses;
}
