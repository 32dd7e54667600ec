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
        else
            _file = new(path);
        foreach (var (file, entry) in _folder?.Tensors ?? _file!.Entries.Select(entry => (_file, entry)))
            _tensors[entry.Name] = (file, entry);
    }

    /// <summary>Returns the full path of weights. A relative path is resolved as in the settings of other checkpoints.</summary>
    /// <exception cref="CheckpointException">There are no weights at the path.</exception>
    public static string Locate(string path) => CheckpointFile.Locate(path, Path.Exists) ?? throw new CheckpointException(
        $"The weights '{path}' are neither a file nor a folder, relative to the working directory or to the application. Specify a "
        + "safetensors file, a folder that contains one, or a file that Module.save wrote.");

    public static bool IsSafetensors(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || Directory.Exists(path);

    /// <summary>
    /// Throws an exception if the module and the checkpoint do not have the same tensor names. Of a tensor with several names, one is
    /// enough, because files of Python contain only one.
    /// </summary>
    public void RequireSameNames(IReadOnlyCollection<string> required, IReadOnlyCollection<string> known, ArenaLayout layout)
    {
        var present = layout.Slots
            .GroupBy(static slot => (slot.Offset, string.Join(',', slot.Entry.Shape), string.Join(',', slot.Entry.Strides)))
            .Select(static names => names.Select(static slot => slot.Entry.Name))
            .Where(names => names.Any(_tensors.ContainsKey))
            .SelectMany(static names => names);
        var missing = required.Except(present).Except(_tensors.Keys).ToList();
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
                    + $"[{string.Join(", ", slot.Entry.Shape)}]. Load weights that were saved from a module constructed in the same way.");
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
