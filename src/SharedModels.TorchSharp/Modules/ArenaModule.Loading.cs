using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Diagnostics;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <content>How a module comes to lie in its arena.</content>
internal sealed partial class ArenaModule
{
    public static ArenaModule Load(
        torch.nn.Module module, TorchModelOptions options, TorchRuntime runtime, CancellationToken cancellationToken)
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
        var arena = new WeightArena(layout, runtime.Pinner, runtime.Transfers);
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

    /// <summary>
    /// Points the module at the arena's memory. If that is impossible, copies what was loaded into the arena to the module's own memory,
    /// under any of a tensor's names.
    /// </summary>
    private static bool TryTakeOver(
        torch.nn.Module module, WeightArena arena, Dictionary<string, ArenaSlot> slots, HashSet<ArenaSlot> loaded, TorchRuntime runtime)
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
            Log.ArenaRejected(runtime.Logger, exception, module.GetType());
        }

        foreach (var (name, tensor) in ModuleTensors
            .Of(module)
            .Where(found => loaded.Contains(slots[found.Name]) || done.Contains(found.Name)))
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
            : throw new FormatException(
                $"ElementType is '{text}', which is none of TorchSharp's: write one of "
                + $"{string.Join(", ", Enum.GetNames<torch.ScalarType>())}.");
}
