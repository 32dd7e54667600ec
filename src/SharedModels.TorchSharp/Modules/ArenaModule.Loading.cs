using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <content>Places the tensors of a module in an arena.</content>
internal sealed partial class ArenaModule
{
    private static readonly torch.ScalarType[] ElementTypes =
        [torch.ScalarType.Float16, torch.ScalarType.Float32, torch.ScalarType.Float64, torch.ScalarType.BFloat16];

    public static ArenaModule Load(
        torch.nn.Module module, TorchModelOptions options, TorchRuntime runtime, CancellationToken cancellationToken)
    {
        using var noGradients = torch.no_grad();
        var weights = options.Weights is { } path ? CheckpointTensors.Locate(path) : null;

        // This precedes the conversion, because TorchSharp loads only into parameters of the saved type.
        if (weights is not null && !CheckpointTensors.IsSafetensors(weights))
            module.load(weights, options.Strict);
        if (options.ElementType is { } type)
            Convert(module, ReadType(type));
        module.eval();

        var tensors = ModuleTensors.Of(module).ToList();
        foreach (var (_, tensor) in tensors)
        {
            tensor.DetachFromDisposeScope();
            if (!options.IsMutable)
                tensor.requires_grad_(false);
        }

        var host = tensors.ToLookup(static found => IsPlaceable(found.Tensor));
        var layout = new ArenaLayout(host[true].Select(static found => ModuleTensors.Describe(found.Name, found.Tensor)));
        using var checkpoint = weights is not null && CheckpointTensors.IsSafetensors(weights) ? new CheckpointTensors(weights) : null;
        if (options.Strict)
            checkpoint?.RequireSameNames([.. module.state_dict().Keys], [.. tensors.Select(static found => found.Name)], layout);
        var arena = new WeightArena(layout, runtime, module.GetType().ToString());
        try
        {
            Copy(host[true], arena, cancellationToken);
            checkpoint?.Fill(arena, cancellationToken);
            arena.Pin();
            var placed = TakeOver(host[true], arena);
            var unplaced = host[false].DistinctBy(static found => found.Tensor).ToDictionary(
                static found => found.Tensor,
                static found => new UnplacedTensor(found.Name, TensorMemory.Share(found.Tensor.detach())),
                Identity);
            if (unplaced.Count > 0)
                Log.TensorsUnplaced(runtime.Logger, string.Join(", ", host[false].Select(static found => found.Name)), module.GetType());
            return new(module, options.IsMutable, runtime, arena, placed, unplaced);
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    private static IEqualityComparer<torch.Tensor> Identity => ReferenceEqualityComparer.Instance;

    private static bool IsPlaceable(torch.Tensor tensor) => tensor.device_type == DeviceType.CPU && TensorMemory.IsPlain(tensor);

    private static void Copy(
        IEnumerable<(string Name, torch.Tensor Tensor)> tensors, WeightArena arena, CancellationToken cancellationToken)
    {
        var slots = tensors.Select(found => (arena.Layout[found.Name], TensorMemory.AddressOf(found.Tensor)));
        ParallelCopy.Run(
            slots
                .Where(static slot => slot.Item1.Entry.Bytes > 0)
                .DistinctBy(static slot => (slot.Item1.Offset, slot.Item1.Entry.Bytes))
                .Select(slot => new MemoryCopy(slot.Item2, arena.HostAddress(slot.Item1), slot.Item1.Entry.Bytes)),
            cancellationToken);
    }

    private static Dictionary<nint, PlacedTensor> TakeOver(IEnumerable<(string Name, torch.Tensor Tensor)> tensors, WeightArena arena)
    {
        var placed = new Dictionary<nint, PlacedTensor>();
        foreach (var (name, tensor) in tensors)
        {
            if (placed.ContainsKey(TensorMemory.IdentityOf(tensor)))
                continue;
            using var view = arena.View(arena.Layout[name], onHost: true);
            tensor.PointTo(view);
            placed.Add(TensorMemory.IdentityOf(tensor), new(TensorMemory.Share(tensor), arena.Layout[name]));
        }

        return placed;
    }

    /// <summary>Converts the numbers of a module. Tensors that share memory still share it afterwards.</summary>
    private static void Convert(torch.nn.Module module, torch.ScalarType type)
    {
        var tensors = ModuleTensors.Of(module)
            .Where(found => IsPlaceable(found.Tensor) && found.Tensor.is_floating_point() && found.Tensor.dtype != type)
            .ToDictionary(static found => found.Name, static found => found.Tensor);
        var entries = tensors.Select(static found => ModuleTensors.Describe(found.Key, found.Value)).ToList();
        foreach (var range in ArenaLayout.Overlapping(entries).SelectMany(static range => range.GroupBy(static entry => entry.Kind)))
        {
            var (begin, bytes) = (range.Min(static entry => entry.Address), range.First().ElementBytes);
            var first = range.First(entry => entry.Address == begin);
            var length = (range.Max(static entry => entry.Address + (nint)entry.Bytes) - begin) / bytes;
            using var whole = tensors[first.Name].as_strided([length], [1], TensorMemory.OffsetOf(tensors[first.Name]) / bytes);
            using var converted = whole.to_type(type);
            foreach (var entry in range)
            {
                var tensor = tensors[entry.Name];
                if (tensor.dtype == type)
                    continue;
                using var view = converted.as_strided(entry.Shape, entry.Strides, (entry.Address - begin) / bytes);
                tensor.PointTo(view);
            }
        }

        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            if (tensor.dtype == type || !tensor.is_floating_point())
                continue;
            using var converted = tensor.to_type(type);
            TensorExchange.Exchange(module, name, tensor, converted);
        }
    }

    /// <summary>The names of the types to which parameters can be converted.</summary>
    public static string TypeNames => string.Join(", ", ElementTypes);

    /// <summary>Returns the type of a name. Enum.Parse also accepts numbers and lists of names.</summary>
    /// <exception cref="FormatException">There is no such type.</exception>
    public static torch.ScalarType ReadType(string text) =>
        Array.FindIndex(ElementTypes, type => type.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? ElementTypes[index]
            : throw new FormatException($"ElementType is '{text}'. Set it to one of {TypeNames}.");
}
