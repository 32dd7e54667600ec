using SharedModels.Compute.Checkpoints;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Fills an arena from memory-mapped safetensors files.</summary>
internal sealed class CheckpointTensors : IDisposable
{
    private const int MostNamesInMessage = 5;

    private readonly string _path;
    private readonly CheckpointWeights? _folder;
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)> _tensors = [];
    private readonly SafetensorsFile? _file;

    public CheckpointTensors(string path)
    {
        _path = path;
        if (Directory.Exists(path))
            _folder = new(path);
        else if (File.Exists(path))
            _file = new(path);
        else
            throw new CheckpointException(
                $"The weights '{path}' are neither a file nor a folder. Specify a safetensors file, or a folder that contains one.");
        foreach (var (file, entry) in _folder?.Tensors ?? _file!.Entries.Select(entry => (_file, entry)))
            _tensors[entry.Name] = (file, entry);
    }

    public static bool IsSafetensors(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || Directory.Exists(path);

    /// <summary>Throws an exception if the module and the checkpoint do not have the same tensor names.</summary>
    public void RequireSameNames(IReadOnlyCollection<string> required, IReadOnlyCollection<string> known)
    {
        var missing = required.Where(name => !_tensors.ContainsKey(name)).ToList();
        var unexpected = _tensors.Keys.Except(known).ToList();
        if (missing.Count + unexpected.Count > 0)
        {
            throw new CheckpointException(
                $"The weights '{_path}' do not match the module: the module lacks {Some(unexpected)}, and the weights lack "
                + $"{Some(missing)}. Load them with Strict = false to load only the matching tensors.");
        }
    }

    /// <summary>Copies the tensors that the checkpoint contains into the arena.</summary>
    public void Fill(WeightArena arena, CancellationToken cancellationToken)
    {
        var copies = new List<MemoryCopy>();
        foreach (var slot in arena.Layout.Slots)
        {
            if (!_tensors.TryGetValue(slot.Entry.Name, out var stored))
                continue;
            var (file, entry) = stored;
            if (!entry.Shape.AsSpan().SequenceEqual(slot.Entry.Shape))
                throw new CheckpointException(
                    $"Tensor '{entry.Name}' in '{file.Path}' has the shape {entry.ShapeText}, but the module's has "
                    + $"[{string.Join(", ", slot.Entry.Shape)}].");
            var type = TypeOf(file, entry);
            if ((int)type == slot.Entry.Kind && slot.Entry.IsDense)
            {
                copies.Add(new(file.AddressOf(entry), arena.HostAddress(slot), slot.Entry.Bytes));
                continue;
            }

            using var target = arena.View(slot, onHost: true);
            ConvertedCopy.Run(file.AddressOf(entry), type, target);
        }

        ParallelCopy.Run(copies, cancellationToken);
    }

    public void Dispose()
    {
        _folder?.Dispose();
        _file?.Dispose();
    }

    private static torch.ScalarType TypeOf(SafetensorsFile file, SafetensorsEntry entry) => entry.Type switch
    {
        "F64" => torch.ScalarType.Float64,
        "F32" => torch.ScalarType.Float32,
        "F16" => torch.ScalarType.Float16,
        "BF16" => torch.ScalarType.BFloat16,
        "I64" => torch.ScalarType.Int64,
        "I32" => torch.ScalarType.Int32,
        "I16" => torch.ScalarType.Int16,
        "I8" => torch.ScalarType.Int8,
        "U8" => torch.ScalarType.Byte,
        "BOOL" => torch.ScalarType.Bool,
        _ => throw new CheckpointException(
            $"Tensor '{entry.Name}' in '{file.Path}' has the dtype {entry.Type}, which TorchSharp does not support. Convert "
                + "the checkpoint."),
    };

    private static string Some(List<string> names) => names.Count switch
    {
        0 => "nothing",
        <= MostNamesInMessage => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(MostNamesInMessage))} and {names.Count - MostNamesInMessage} more",
    };
}
