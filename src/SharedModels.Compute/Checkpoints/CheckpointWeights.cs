namespace SharedModels.Compute.Checkpoints;

/// <summary>The weights of a checkpoint folder, mapped: one model.safetensors, or the parts that its index lists.</summary>
internal sealed class CheckpointWeights : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly string _folder;
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile>? _map;

    public CheckpointWeights(string folder)
    {
        _folder = folder;
        var single = Path.Combine(folder, SingleFile);
        try
        {
            if (File.Exists(single))
                _files.Add(new SafetensorsFile(single));
            else if (File.Exists(Path.Combine(folder, IndexFile)))
                _map = OpenParts();
            else
                throw new CheckpointException(
                    $"The checkpoint folder '{folder}' holds neither {SingleFile} nor {IndexFile}. Download the weights in the "
                    + "safetensors format.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long MappedBytes => _files.Sum(f => f.Length);

    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>Finds a tensor; its name and shape must be as given.</summary>
    public WeightView Get(string name, params ReadOnlySpan<int> shape)
    {
        var file = _map is null ? _files[0] : _map.GetValueOrDefault(name);
        if (file is null || !file.Contains(name))
            throw new CheckpointException(
                $"The weights in '{_folder}' lack the tensor '{name}'. Use the checkpoint of an OWLv2 model, with the config.json "
                + "that belongs to it.");
        return file.Get(name, shape);
    }

    /// <summary>Brings all files into memory, so that the first use of the weights does not wait for the disk.</summary>
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

    private Dictionary<string, SafetensorsFile> OpenParts()
    {
        var index = CheckpointJson.Read(_folder, IndexFile, SafetensorsJson.Default.SafetensorsIndex);
        if (index.WeightMap is null)
            throw new CheckpointException($"'{Path.Combine(_folder, IndexFile)}' has no weight_map. Copy the file as it was published.");
        var byName = new Dictionary<string, SafetensorsFile>();
        var map = new Dictionary<string, SafetensorsFile>(index.WeightMap.Count);
        foreach (var (tensor, part) in index.WeightMap)
        {
            if (part is null)
                throw new CheckpointException(
                    $"The weight_map of '{Path.Combine(_folder, IndexFile)}' names no part for the tensor '{tensor}'. Download the folder "
                    + "again.");
            if (!byName.TryGetValue(part, out var file))
                byName.Add(part, file = OpenPart(part));
            if (!file.Contains(tensor))
                throw new CheckpointException(
                    $"{IndexFile} in '{_folder}' says that '{part}' holds the tensor '{tensor}', but it does not. Download the "
                    + "folder again.");
            map.Add(tensor, file);
        }

        return map;
    }

    private SafetensorsFile OpenPart(string part)
    {
        // A name with a path in it could reach outside the folder.
        if (Path.GetFileName(part) != part)
            throw new CheckpointException(
                $"{IndexFile} in '{_folder}' names the part '{part}', which is not a plain file name. Download the folder again.");
        var path = Path.Combine(_folder, part);
        if (!File.Exists(path))
            throw new CheckpointException(
                $"The checkpoint folder '{_folder}' lacks '{part}', which {IndexFile} names. Download the missing part.");
        var file = new SafetensorsFile(path);
        _files.Add(file);
        return file;
    }
}
