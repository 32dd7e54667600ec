using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>
/// Fetches the files that a model needs, and no others, into the cache. A snapshot gets a file only when its content is right, and the
/// branch is noted when the snapshot is complete.
/// </summary>
internal sealed class HubDownload(
    HubSettings settings, HubRepository repository, CheckpointLayout layout, IProgress<ModelLoadProgress>? progress, ILogger logger,
    TimeProvider time)
{
    private readonly HubCache _cache = new(settings.CacheFolder, repository);

    /// <summary>The file system, which tests replace.</summary>
    public HubFiles Files { get; init; } = new();

    /// <returns>The folder of the snapshot.</returns>
    /// <exception cref="CheckpointException">The checkpoint cannot be had.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunCoreAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HubFiles.Describe(e, settings.CacheFolder);
        }
    }

    private async Task<string> RunCoreAsync(CancellationToken cancellationToken)
    {
        using var client = new HubClient(settings, repository, time);
        var retry = new HubRetry(repository, time, logger);
        var found = new List<HubFileInfo>();
        Directory.CreateDirectory(_cache.Blobs);
        await FindAllAsync().ConfigureAwait(false);
        var commit = found[0].Commit;
        var snapshot = _cache.SnapshotOf(commit);
        var counter = new HubProgress(repository, progress, logger, time);
        counter.Begin(snapshot, found);
        foreach (var file in found)
            await FetchAsync(file).ConfigureAwait(false);

        // The parts of the weights are known when their index is there.
        if (found.Find(static file => file.Name == CheckpointWeights.IndexFile) is { } index)
        {
            var parts = CheckpointWeights.ReadIndex(_cache.BlobOf(index.Etag)).Values.Distinct().Order(StringComparer.Ordinal).ToList();
            var missing = new List<HubFileInfo>();
            foreach (var part in parts)
                missing.Add(await FindAsync(part).ConfigureAwait(false) ?? throw Lacks($"'{part}', which {index.Name} names"));
            counter.Begin(snapshot, [.. found, .. missing]);
            foreach (var file in missing)
                await FetchAsync(file).ConfigureAwait(false);
            found.AddRange(missing);
        }

        Directory.CreateDirectory(snapshot);
        foreach (var file in found)
            Publish(file, snapshot);
        if (repository.RevisionOrDefault != commit)
            Replace(_cache.RefOf(repository.RevisionOrDefault), path => File.WriteAllText(path, commit));
        HubLog.Ended(logger, repository, commit);
        return snapshot;

        Task FetchAsync(HubFileInfo file) => new HubFileDownload(
            client, repository, file, _cache.BlobOf(file.Etag), Files, counter, logger, time).RunAsync(cancellationToken);

        // All files are those of one commit, even if the branch moves on meanwhile.
        Task<HubFileInfo?> FindAsync(string file) => retry.RunAsync(
            () => client.FindAsync(found is [var first, ..] ? first.Commit : repository.RevisionOrDefault, file, cancellationToken),
            cancellationToken);

        async Task FindAllAsync()
        {
            foreach (var alternatives in layout.Needs)
                await AddFirstAsync(alternatives).ConfigureAwait(false);
            await AddFirstAsync([[CheckpointWeights.SingleFile], [CheckpointWeights.IndexFile]]).ConfigureAwait(false);
            foreach (var name in layout.Optional.Where(name => !found.Exists(file => file.Name == name)))
            {
                if (await FindAsync(name).ConfigureAwait(false) is { } file)
                    found.Add(file);
            }
        }

        async Task AddFirstAsync(string[][] alternatives)
        {
            foreach (var names in alternatives)
            {
                var files = new List<HubFileInfo>();
                foreach (var name in names)
                {
                    if (await FindAsync(name).ConfigureAwait(false) is { } file)
                        files.Add(file);
                    else
                        break;
                }

                if (files.Count < names.Length)
                    continue;
                found.AddRange(files);
                return;
            }

            throw Lacks(string.Join(" nor ", alternatives.Select(static names => $"'{string.Join("' and '", names)}'")));
        }
    }

    private static void Replace(string path, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private CheckpointException Lacks(string what) => new(
        $"'{repository}' on {settings.EndpointUri?.Authority} has no {what}. Choose a repository with an OWLv2 checkpoint in the "
        + "safetensors "
        + "format.");

    /// <summary>Puts a link to a blob into a snapshot, or a copy where the system has no links.</summary>
    private void Publish(HubFileInfo file, string snapshot)
    {
        var path = Path.Combine(snapshot, file.Name);
        if (CheckpointFile.Exists(path))
            return;
        File.Delete(path);
        try
        {
            Files.CreateLink(path, Path.Combine("..", "..", "blobs", file.Etag));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Another download may just have made it.
            if (CheckpointFile.Exists(path))
                return;
            HubLog.Copying(logger, snapshot);
            Replace(path, temporary => File.Copy(_cache.BlobOf(file.Etag), temporary));
        }
    }
}
