using System.Runtime.InteropServices;
using SharedModels.Devices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Cuda;
using SharedModels.TorchSharp.Diagnostics;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// A module whose parameters and buffers are views of an arena. TorchSharp cannot hand a parameter from one device to another, but a view can be
/// exchanged on one device: so they are made views of nothing, moved as such with the module's own <c>to(device)</c>, and made views of the arena there.
/// </summary>
internal sealed class PlacedModule : IDisposable
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

    private PlacedModule(torch.nn.Module module, bool isMutable, WeightArena? arena, Dictionary<string, ArenaSlot> slots, TorchRuntime runtime)
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

    public static PlacedModule Load(torch.nn.Module module, TorchModelOptions options, TorchRuntime runtime, CancellationToken cancellationToken)
    {
        using var noGradients = torch.no_grad();

        // Before the conversion: TorchSharp loads into parameters of the type that was saved alone.
        if (options.Weights is { } weights && !CheckpointTensors.IsSafetensors(weights))
            module.load(weights, options.Strict);
        if (options.ElementType is { } type)
        {
            var elementType = ReadType(type);
            ModuleMove.Run(module, () => module.to(elementType));
        }

        module.eval();
        using var checkpoint = options.Weights is { } path && CheckpointTensors.IsSafetensors(path) ? new CheckpointTensors(path) : null;
        if (options.Strict)
            checkpoint?.RequireSameNames([.. module.state_dict().Keys], [.. ModuleTensors.Of(module).Select(static found => found.Name)]);
        var slots = Place(module, out var layout);
        var arena = new WeightArena(layout, runtime.Locks, runtime.Transfers);
        try
        {
            var loaded = checkpoint?.Fill(arena, slots, cancellationToken) ?? [];
            foreach (var (_, tensor) in ModuleTensors.Of(module))
            {
                tensor.DetachFromDisposeScope();
                if (!options.IsMutable)
                    tensor.requires_grad_(false);
            }

            return new(module, options.IsMutable, TryTakeOver(module, arena, slots, loaded, runtime) ? arena : null, slots, runtime);
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    /// <summary>Moves the module; if that fails, it is on the host again, with its device's memory free.</summary>
    public void MoveTo(Device device)
    {
        using var noGradients = torch.no_grad();
        if (Device is not { IsCpu: true })
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
            Return();
            throw;
        }
    }

    /// <summary>Has the module use the host's memory, wherever it is, or its parts are; the device's is free afterwards, come what may.</summary>
    private void Return()
    {
        Device = null;
        try
        {
            // TorchSharp remembers where a module is once all of it is there, and moves none that it believes to be there already: so one of which
            // only a part has moved goes the whole way first, with nothing in its tensors.
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

    /// <summary>A slot for each tensor; one for all names of a tensor that has several.</summary>
    private static Dictionary<string, ArenaSlot> Place(torch.nn.Module module, out ArenaLayout layout)
    {
        var names = new Dictionary<string, string>();
        var first = new Dictionary<nint, string>();
        var entries = new List<ArenaEntry>();
        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            if (first.TryAdd(tensor.Handle, name))
                entries.Add(ModuleTensors.Describe(name, tensor));
            names.Add(name, first[tensor.Handle]);
        }

        var placed = layout = new ArenaLayout(entries);
        return names.ToDictionary(static pair => pair.Key, pair => placed[pair.Value]);
    }

    /// <summary>Has the module use the arena's memory; or, if it cannot, its own with what was loaded into the arena, under whichever of a tensor's names.</summary>
    private static bool TryTakeOver(torch.nn.Module module, WeightArena arena, Dictionary<string, ArenaSlot> slots, HashSet<ArenaSlot> loaded, TorchRuntime runtime)
    {
        var done = new HashSet<string>();
        try
        {
            foreach (var (name, tensor) in ModuleTensors.Of(module))
            {
                using var view = arena.View(slots[name], onHost: true);
                if (!loaded.Contains(slots[name]))
                    view.Overwrite(tensor);
                tensor.PointTo(view);
                done.Add(name);
            }

            return true;
        }
        catch (ExternalException exception)
        {
            Log.ArenaRefused(runtime.Logger, exception, module.GetType());
        }

        foreach (var (name, tensor) in ModuleTensors.Of(module).Where(found => loaded.Contains(slots[found.Name]) || done.Contains(found.Name)))
        {
            using var view = arena.View(slots[name], onHost: true);
            using var copy = view.clone();
            if (done.Contains(name))
                tensor.PointTo(copy);
            else
                tensor.Overwrite(copy);
        }

        arena.Dispose();
        return false;
    }

    // Enum.TryParse takes numbers too, and lists of names.
    private static torch.ScalarType ReadType(string text) =>
        Array.Find(Enum.GetNames<torch.ScalarType>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<torch.ScalarType>(found)
            : throw new FormatException($"ElementType is '{text}', which is none of TorchSharp's: write one of {string.Join(", ", Enum.GetNames<torch.ScalarType>())}.");
}
