using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Diagnostics;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// A module whose parameters and buffers are views of an arena. TorchSharp cannot hand a parameter from one device to another, but a view
/// can be exchanged on one device: so they are made views of nothing, moved as such
/// with the module's own <c>to(device)</c>, and made views of the arena there.
/// </summary>
internal sealed partial class ArenaModule : IDisposable
{
    private readonly torch.nn.Module _module;
    private readonly bool _isMutable;
    private readonly TorchRuntime _runtime;

    // Null where the module's tensors cannot be views: then it moves as TorchSharp moves it.
    private readonly WeightArena? _arena;
    private readonly Dictionary<string, ArenaSlot> _slots;
    private readonly HostTensors? _own;
    private readonly torch.Device _host = TorchDevices.Of(SharedModels.Device.Cpu);
    private torch.Device _place;

    private ArenaModule(
        torch.nn.Module module, bool isMutable, WeightArena? arena, Dictionary<string, ArenaSlot> slots, TorchRuntime runtime)
    {
        _module = module;
        _isMutable = isMutable;
        _runtime = runtime;
        _arena = arena;
        _slots = slots;
        _own = arena is null ? new(module) : null;
        _place = _host;
        Bytes = arena?.Layout.Bytes ?? slots.Values.Distinct().Sum(static slot => slot.Entry.Bytes);
    }

    /// <summary>Where the module is; <see langword="null"/> if a move has failed, and the way back too.</summary>
    public Device? Device { get; private set; } = SharedModels.Device.Cpu;

    /// <summary>Bytes of all parameters and buffers.</summary>
    public long Bytes { get; }

    /// <summary>Bytes that the arena holds on a device.</summary>
    public long DeviceBytes => _arena?.DeviceBytes ?? 0;

    /// <summary>Moves the module; if that fails, it is on the host again, with its device's memory free.</summary>
    public void MoveTo(Device device)
    {
        using var noGradients = torch.no_grad();
        if (Device is null)
            RequireReturn();
        else if (Device is { IsCpu: false })
            MoveToHost();
        if (!device.IsCpu)
            MoveToDevice(device);
    }

    public void Dispose()
    {
        _arena?.Dispose();
        _own?.Dispose();
    }

    private void MoveToDevice(Device device)
    {
        _place = _runtime.Locate(device);
        _arena?.MoveIn(device, _place);
        try
        {
            if (_arena is null)
                ModuleMove.Run(_module, () => _module.to(_place));
            else
                ModuleMove.Exchange(_module, [_place], name => View(name, onHost: false));
        }
        catch
        {
            Device = null;
            TryReturn();
            throw;
        }

        Device = device;
    }

    private void MoveToHost()
    {
        if (_isMutable && Device is { } device)
            CopyBack(device);
        Return();
    }

    private void CopyBack(Device device)
    {
        try
        {
            if (_arena is null)
                _own!.Overwrite(_module);
            else
                _arena.CopyBack(device);
        }
        catch (Exception exception) when (CudaErrors.Classify(exception) == DeviceFailure.Lost)
        {
            // What use has changed is lost with the device; what was on the host before is not.
            TryReturn();
            throw;
        }
    }

    /// <summary>
    /// Moves the module, or the parts of it that are elsewhere, to the host's memory. The device's memory is free afterwards in any case.
    /// </summary>
    private void Return()
    {
        Device = null;
        try
        {
            // TorchSharp remembers where a module is once all of it is there, and moves none that it believes to be there already: so one
            // of which only a part has moved goes the whole way first, with nothing in its tensors.
            ModuleMove.Exchange(_module, [_place, _host], name => View(name, onHost: true));
            Device = SharedModels.Device.Cpu;
        }
        finally
        {
            _arena?.DropDevice();
        }
    }

    private torch.Tensor? View(string name, bool onHost)
    {
        if (_arena is null)
            return _own!.View(name);
        return _slots.TryGetValue(name, out var slot) ? _arena.View(slot, onHost) : null;
    }

    /// <summary>
    /// Throws if the module cannot leave its device: thrown by a move to another device, that error would mark the wrong one as lost.
    /// </summary>
    private void RequireReturn()
    {
        TryReturn();
        if (Device is null)
            throw new InvalidOperationException(
                $"The module {_module.GetType()} is in parts, since an earlier move failed and the way back to the host does too. Load it "
                + "again.");
    }

    private void TryReturn()
    {
        try
        {
            Return();
        }
        catch (ExternalException exception)
        {
            // The move's own failure is what the caller is told; the next move begins with the way back.
            Log.ModuleInParts(_runtime.Logger, exception, _module.GetType());
        }
    }
}
