using System.Text.RegularExpressions;

namespace SharedModels.Compute.Checkpoints;

/// <summary>The memory-mapped weights of a checkpoint folder: a single model.safetensors, or the parts that its index lists.</summary>
internal sealed partial class CheckpointWeights : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    private readonly string _folder;
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile>? _map;

    public CheckpointWeights(string folder)
    {
        _folder = folder;
        var single = Path.Combine(folder, SingleFile);
        try
        {
            // A broken link counts as the file, so that the message names it.
            if (File.Exists(single))
                _files.Add(new SafetensorsFile(single));
            else if (File.Exists(Path.Combine(folder, IndexFile)))
                _map = OpenParts();
            else
                throw new CheckpointException(
                    $"The checkpoint folder '{folder}' contains neither {SingleFile} nor {IndexFile}. {RemedyFor(folder)}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"-\d+-of-\d+\.safetensors$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PartName { get; }

    public long MappedBytes => _files.Sum(f => f.Length);

    /// <summary>All tensors, each with its file. If there is an index, it decides which file a tensor is read from.</summary>
    public IEnumerable<(SafetensorsFile File, SafetensorsEntry Entry)> Tensors => _files.SelectMany(file => file.Entries
        .Where(entry => _map is null || _map.GetValueOrDefault(entry.Name) == file)
        .Select(entry => (file, entry)));

    /// <summary>Returns a tensor, which must exist and have the given shape.</summary>
    public WeightView Get(string name, params ReadOnlySpan<int> shape)
    {
        var file = _map is null ? _files[0] : _map.GetValueOrDefault(name);
        if (file is null || !file.Contains(name))
            throw new CheckpointException(
                $"The weights in '{_folder}' do not contain the tensor '{name}'. Use the checkpoint of an OWLv2 model and the config.json "
                + "that belongs to it.");
        return file.Get(name, shape);
    }

    /// <summary>Reads all files into memory, so that the first use of the weights does not wait for the disk.</summary>
    public void ReadAhead(CancellationToken cancellationToken)
    {
        foreach (var file in _files)
            file.ReadAhead(cancellationToken);
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    /// <summary>Reads the index, which maps each tensor to the part that contains it.</summary>
    /// <exception cref="CheckpointException">The index cannot be read, or lists a part whose name is not a plain file name.</exception>
    public static IReadOnlyDictionary<string, string> ReadIndex(string path)
    {
        var index = CheckpointJson.Read(path);
        var map = index["weight_map"]?.AsObject()
            ?? throw new CheckpointException($"'{index.Path}' has no weight_map. Copy the file as it was published.");
        var parts = new Dictionary<string, string>();
        foreach (var (tensor, value) in map.All)
        {
            var part = value.AsText();
            // A name that contains a path could point outside the folder. The hub reports the SHA-256 only of safetensors files.
            if (Path.GetFileName(part) != part || !part.EndsWith(".safetensors", StringComparison.Ordinal))
                throw new CheckpointException(
                    $"'{path}' lists the part '{part}', which is not a plain file name that ends with .safetensors. Download the folder "
                    + "again.");
            parts[tensor] = part;
        }

        return parts;
    }

    private static string RemedyFor(string folder)
    {
        var files = FilesOf(folder);
        if (files.Find(static file => file!.EndsWith(".safetensors", StringComparison.Ordinal) && !PartName.IsMatch(file)) is { } variant)
            return $"Download {SingleFile} from the repository, or rename '{variant}' to {SingleFile} to use that variant.";
        if (files.Find(static file => file!.EndsWith(".safetensors.index.json", StringComparison.Ordinal)) is { } index)
            return $"Download {SingleFile} from the repository, or rename '{index}' to {IndexFile} to use that variant.";
        if (files.Find(static file => PartName.IsMatch(file!)) is { } part)
            return $"'{part}' is one of several parts. Download {IndexFile}, which lists them, from the repository.";
        return files.Find(IsOfOtherFormat) is { } other
            ? $"'{other}' is in an unsupported format. Download {SingleFile} from the repository, or save the model again with "
                + "safe_serialization=True."
            : $"Download {SingleFile} from the repository.";

        static bool IsOfOtherFormat(string? file) => Path.GetExtension(file) is ".bin" or ".pt" or ".pth" or ".ckpt" or ".h5" or ".msgpack";
    }

    private static List<string?> FilesOf(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The checkpoint folder '{folder}' cannot be read. Allow the process to read it.", e);
        }
    }

    private Dictionary<string, SafetensorsFile> OpenParts()
    {
        var byName = new Dictionary<string, SafetensorsFile>();
        var map = new Dictionary<string, SafetensorsFile>();
        foreach (var (tensor, part) in ReadIndex(Path.Combine(_folder, IndexFile)))
        {
            if (!byName.TryGetValue(part, out var file))
                byName.Add(part, file = OpenPart(part));
            if (!file.Contains(tensor))
                throw new CheckpointException(
                    $"{IndexFile} in '{_folder}' says that '{part}' contains the tensor '{tensor}', but it does not. Download the "
                    + "folder again.");
            map.Add(tensor, file);
        }

        return map;
    }

    private SafetensorsFile OpenPart(string part)
    {
        var path = Path.Combine(_folder, part);
        if (!File.Exists(path))
            throw new CheckpointException(
                $"The checkpoint folder '{_folder}' does not contain '{part}', which {IndexFile} lists. Download the missing part.");
        var file = new SafetensorsFile(path);
        _files.Add(file);
        return file;
    }
}
