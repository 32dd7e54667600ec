using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Arena;
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
    private readonly Func<Device, torch.Device> _locate;

    // Null where the module's tensors cannot be views: then it moves as TorchSharp moves it.
    private readonly WeightArena? _arena;
    private readonly Dictionary<string, ArenaSlot> _slots;

    private PlacedModule(
        torch.nn.Module module, bool isMutable, WeightArena? arena, Dictionary<string, ArenaSlot> slots, Func<Device, torch.Device> locate)
    {
        _module = module;
        _isMutable = isMutable;
        _locate = locate;
        _arena = arena;
        _slots = slots;
        Bytes = arena?.Layout.Bytes ?? slots.Values.Distinct().Sum(static slot => slot.Entry.Bytes);
    }

    public Device Device { get; private set; } = Device.Cpu;

    /// <summary>Bytes of all parameters and buffers.</summary>
    public long Bytes { get; }

    public bool HasArena => _arena is not null;

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

            return new(module, options.IsMutable, TryTakeOver(module, arena, slots, loaded, runtime) ? arena : null, slots, runtime.Locate);
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    public void MoveTo(Device device)
    {
        using var noGradients = torch.no_grad();
        if (_arena is null)
            MoveModule(device);
        else if (device.IsCpu)
            MoveToHost(_arena);
        else
            MoveToDevice(_arena, device);
        Device = device;
    }

    public void Dispose() => _arena?.Dispose();

    private void MoveToDevice(WeightArena arena, Device device)
    {
        if (!Device.IsCpu)
            MoveToHost(arena);
        arena.MoveIn(device, _locate(device));
        try
        {
            Exchange(device, slot => arena.View(slot, onHost: false));
        }
        catch
        {
            MoveToHost(arena);
            throw;
        }
    }

    private void MoveToHost(WeightArena arena)
    {
        if (_isMutable && !Device.IsCpu)
            arena.CopyBack(Device);
        Exchange(Device.Cpu, slot => arena.View(slot, onHost: true));
        arena.DropDevice();
        Device = Device.Cpu;
    }

    private void MoveModule(Device device)
    {
        var place = _locate(device);
        ModuleMove.Run(_module, () => _module.to(place));
    }

    private void Exchange(Device device, Func<ArenaSlot, torch.Tensor> view)
    {
        foreach (var (name, tensor) in ModuleTensors.Of(_module))
        {
            if (!_slots.ContainsKey(name))
                continue;
            using var nothing = torch.empty([0], tensor.dtype, new torch.Device(tensor.device_type, tensor.device_index));
            tensor.PointTo(nothing);
        }

        MoveModule(device);
        foreach (var (name, tensor) in ModuleTensors.Of(_module))
        {
            // Older versions make a buffer of every tensor that a field holds, once it has moved.
            if (!_slots.TryGetValue(name, out var slot))
                continue;
            using var weights = view(slot);
            tensor.PointTo(weights);
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

    private static torch.ScalarType ReadType(string text) => Enum.TryParse<torch.ScalarType>(text, ignoreCase: true, out var type)
        ? type
        : throw new FormatException($"ElementType is '{text}', which is none of TorchSharp's: write Float32, Float16 or BFloat16.");
}
