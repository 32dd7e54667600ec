using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// A module whose parameters and buffers are views of an arena. It is moved by pointing them to the arena's memory on the other device.
/// The parameters remain the same objects. The module's own <c>to</c> is never called.
/// </summary>
internal sealed partial class ArenaModule : IDisposable
{
    private readonly torch.nn.Module _module;
    private readonly bool _isMutable;
    private readonly TorchRuntime _runtime;
    private readonly WeightArena _arena;

    /// <summary>The tensors in the arena, each with a separate object that refers to it.</summary>
    private readonly Dictionary<nint, PlacedTensor> _placed;

    /// <summary>The tensors that cannot be in the arena, such as sparse ones, by the object of the module.</summary>
    private readonly Dictionary<torch.Tensor, UnplacedTensor> _unplaced;
    private readonly torch.Device _host = TorchDevices.Of(SharedModels.Device.Cpu);

    private ArenaModule(
        torch.nn.Module module,
        bool isMutable,
        TorchRuntime runtime,
        WeightArena arena,
        Dictionary<nint, PlacedTensor> placed,
        Dictionary<torch.Tensor, UnplacedTensor> unplaced)
    {
        _module = module;
        _isMutable = isMutable;
        _runtime = runtime;
        _arena = arena;
        _placed = placed;
        _unplaced = unplaced;
        RecurrentBytes = RecurrentModules.BytesOf(module);
        Bytes = arena.Layout.Bytes + unplaced.Keys.Sum(static tensor => tensor.NumberOfElements * tensor.ElementSize);
    }

    /// <summary>The device of the module, or <see langword="null"/> if it could not leave a device completely.</summary>
    public Device? Device { get; private set; } = SharedModels.Device.Cpu;

    /// <summary>The bytes of all parameters and buffers.</summary>
    public long Bytes { get; }

    /// <summary>The bytes that the module takes on a device.</summary>
    public long TakenBytes =>
        Bytes - _arena.Layout.Bytes + (_runtime.DeviceMemory?.GetTakenBytes(_arena.Layout.Bytes) ?? _arena.Layout.Bytes);

    /// <summary>The bytes of the weights that cuDNN copies at each use: those of recurrent layers.</summary>
    public long RecurrentBytes { get; }

    /// <summary>The bytes that the arena takes on devices.</summary>
    public long DeviceBytes => _arena.DeviceBytes;

    /// <summary>Returns <see langword="true"/> if a tensor shares memory with the weights and does not belong to the module.</summary>
    public bool IsView(torch.Tensor tensor) =>
        TensorMemory.IsPlain(tensor)
        && tensor.NumberOfElements > 0
        && !_placed.ContainsKey(TensorMemory.IdentityOf(tensor))
        && _arena.Contains(tensor);

    /// <summary>
    /// <see langword="true"/> if the device was lost while weights were copied back, so that only some of them are current.
    /// </summary>
    public bool IsTorn { get; private set; }

    /// <summary>Throws an exception if <see cref="IsTorn"/> is <see langword="true"/>.</summary>
    public void RequireWhole()
    {
        if (IsTorn)
            throw new InvalidOperationException(
                $"The device of the module {_module.GetType()} was lost while its weights were copied back. Some of them are new and some "
                + "are old. Load it again.");
    }

    /// <summary>
    /// Moves the module. If that fails, the module is on the host again. The task completes when the memory of the previous device is
    /// free.
    /// </summary>
    public async Task MoveToAsync(Device device, CancellationToken cancellationToken)
    {
        if (Device is not { IsCpu: true })
        {
            await TorchThread.RunAsync(() => MoveToHost(isOnTheWay: !device.IsCpu), cancellationToken).ConfigureAwait(false);
            await _arena.FreeDeviceAsync().ConfigureAwait(false);
        }

        if (!device.IsCpu)
            await TorchThread.RunAsync(() => MoveToDevice(device), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Frees the weights. The module is on the host for callers that still use it.</summary>
    public void Dispose()
    {
        if (Device is not { IsCpu: true })
            TryReturn();
        foreach (var placed in _placed.Values)
            placed.Tensor.Dispose();
        foreach (var unplaced in _unplaced.Values)
            unplaced.Host.Dispose();
        _arena.Dispose();
    }

    private void MoveToDevice(Device device)
    {
        RequireWhole();
        TensorExchange.RequireMovable(_module, _unplaced);
        using var noGradients = torch.no_grad();
        var place = _runtime.Locate(device);
        _arena.MoveIn(device, place);
        try
        {
            Point(onHost: false, place);
            Device = device;
        }
        catch (Exception exception)
        {
            TryReturn();
            _ = _arena.FreeDeviceAsync();
            _runtime.ThrowDeviceError(device, exception);
            throw;
        }
    }

    /// <param name="isOnTheWay">True if the module moves on to another device, which must not be blamed for failures here.</param>
    private void MoveToHost(bool isOnTheWay)
    {
        if (_isMutable && Device is { } device)
            CopyBack(device);
        if (!isOnTheWay)
            Return();
        else if (!TryReturn())
            throw new InvalidOperationException(
                $"The module {_module.GetType()} could not leave its device completely. The log has the reason. Load it again.");
    }

    private void CopyBack(Device device)
    {
        using var noGradients = torch.no_grad();
        var hasBegun = false;
        try
        {
            _arena.CopyBack(device, ref hasBegun);
            foreach (var (tensor, unplaced) in _unplaced)
            {
                hasBegun = true;
                unplaced.Host.copy_(tensor);
            }
        }
        catch (Exception exception) when (CudaErrors.Classify(exception) == DeviceFailure.Lost)
        {
            // Changes made by use are lost with the device. The previous weights on the host remain, unless some of them were
            // overwritten.
            IsTorn = hasBegun;
            TryReturn();
            _ = _arena.FreeDeviceAsync();
            throw;
        }
    }

    private void Return()
    {
        using var noGradients = torch.no_grad();
        Device = null;
        Point(onHost: true, _host);
        Device = SharedModels.Device.Cpu;
    }

    /// <summary>
    /// Points the tensors to their memory on the host or on the device, and moves the tensors that are not in the arena.
    /// </summary>
    private void Point(bool onHost, torch.Device place)
    {
        foreach (var placed in _placed.Values)
        {
            using var view = _arena.View(placed.Slot, onHost);
            placed.Tensor.PointTo(view);
        }

        foreach (var (tensor, (name, host)) in _unplaced)
        {
            if (!IsAt(tensor, place))
                Move(onHost ? host : tensor, place, moved => TensorExchange.Exchange(_module, name, tensor, moved));
        }

        foreach (var placed in _placed.Values.Where(placed => _isMutable && placed.Tensor.requires_grad))
        {
            // Each read returns a new object.
            using var gradient = placed.Tensor.grad;
            if (gradient is not null)
                Move(gradient, place, moved => placed.Tensor.grad = moved, ifLost: () => placed.Tensor.grad = null);
        }

        // Tensors that code of the module has assigned to a field since the module was loaded.
        foreach (var (name, tensor) in ModuleTensors.Of(_module))
        {
            if (_unplaced.ContainsKey(tensor) || _placed.ContainsKey(TensorMemory.IdentityOf(tensor)) || IsAt(tensor, place))
                continue;
            Move(tensor, place, moved => TensorExchange.Exchange(_module, name, tensor, moved), ifLost: () =>
            {
                // A tensor on the host, so that its use fails and the next device is not asked for it.
                using var mode = TensorMemory.IsInference(tensor) ? torch.inference_mode() : null;
                using var nothing = torch.empty([0], tensor.dtype);
                TensorExchange.Exchange(_module, name, tensor, nothing);
            });
        }
    }

    private static bool IsAt(torch.Tensor tensor, torch.Device place) =>
        tensor.device_type == place.type && (place.index < 0 || tensor.device_index == place.index);

    /// <param name="source">The tensor to copy.</param>
    /// <param name="place">The destination.</param>
    /// <param name="take">Receives the copy.</param>
    /// <param name="ifLost">
    /// Called if the tensor cannot be returned to the host, for example from a lost device. Without it, the move fails.
    /// </param>
    private void Move(torch.Tensor source, torch.Device place, Action<torch.Tensor> take, Action? ifLost = null)
    {
        try
        {
            // A tensor that was created in inference mode, such as a cached result of a forward pass, has no version counter. Its new
            // memory must not have one either.
            using var mode = TensorMemory.IsInference(source) ? torch.inference_mode() : null;
            using var moved = source.to(place);
            take(moved);
        }
        catch (ExternalException exception) when (ifLost is not null && place.type == DeviceType.CPU)
        {
            ifLost();
            Log.TensorLost(_runtime.Logger, exception, _module.GetType());
        }
    }

    private bool TryReturn()
    {
        try
        {
            Return();
            return true;
        }
#pragma warning disable CA1031 // The original failure is the one to report. The next move first returns the module to the host.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ModuleInParts(_runtime.Logger, exception, _module.GetType());
            return false;
        }
    }
}
