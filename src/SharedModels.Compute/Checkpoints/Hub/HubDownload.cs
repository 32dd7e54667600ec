using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>
/// Downloads only the files that a model needs into the cache. A file is added to a snapshot only when its content has been verified, and
/// the commit of the branch is recorded only when the snapshot is complete.
/// </summary>
internal sealed class HubDownload(
    HubSettings settings, HubRepository repository, CheckpointLayout layout, IProgress<ModelLoadProgress>? progress, ILogger logger,
    TimeProvider time)
{
    private readonly HubCache _cache = new(settings.CacheFolder, repository);

    /// <summary>The file system. Tests replace it.</summary>
    public HubFiles Files { get; init; } = new();

    /// <returns>The folder of the snapshot.</returns>
    /// <exception cref="CheckpointException">The checkpoint cannot be downloaded.</exception>
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
        var isNew = new HashSet<HubFileInfo>();
        Directory.CreateDirectory(_cache.Blobs);
        await FindAllAsync().ConfigureAwait(false);
        var commit = found[0].Commit;
        var snapshot = _cache.SnapshotOf(commit);
        var counter = new HubProgress(repository, progress, logger, time);
        counter.Begin(snapshot, found);
        foreach (var file in found)
            await FetchAsync(file).ConfigureAwait(false);

        // The parts of the weights are known once the index has been downloaded.
        if (found.Find(static file => file.Name == CheckpointWeights.IndexFile) is { } index)
        {
            var path = CheckpointFile.Exists(PathOf(index)) ? PathOf(index) : _cache.BlobOf(index.Etag);
            var parts = CheckpointWeights.ReadIndex(path).Values.Distinct().Order(StringComparer.Ordinal).ToList();
            var missing = new List<HubFileInfo>();
            foreach (var part in parts)
                missing.Add(await FindAsync(part).ConfigureAwait(false) ?? throw Lacks($"'{part}', which {index.Name} lists"));
            counter.Begin(snapshot, [.. found, .. missing]);
            foreach (var file in missing)
                await FetchAsync(file).ConfigureAwait(false);
            found.AddRange(missing);
        }

        Directory.CreateDirectory(snapshot);
        foreach (var file in found)
            Publish(file, PathOf(file), isNew.Contains(file));
        if (repository.RevisionOrDefault != commit)
            Replace(_cache.RefOf(repository.RevisionOrDefault), path => File.WriteAllText(path, commit));
        DeletePartials();
        HubLog.Ended(logger, repository, commit);
        return snapshot;

        string PathOf(HubFileInfo file) => Path.Combine(snapshot, file.Name);

        async Task FetchAsync(HubFileInfo file)
        {
            var download = new HubFileDownload(
                client, repository, file, _cache.BlobOf(file.Etag), PathOf(file), Files, counter, logger, time);
            if (await download.RunAsync(cancellationToken).ConfigureAwait(false))
                isNew.Add(file);
        }

        // All files come from one commit, even if the branch moves in the meantime.
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

            throw Lacks(string.Join(" or ", alternatives.Select(static names => $"'{string.Join("' and '", names)}'")));
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
        $"'{repository}' on {settings.EndpointUri?.Authority} does not contain {what}. Choose a repository with an OWLv2 checkpoint in the "
        + "safetensors "
        + "format.");

    /// <summary>
    /// Adds a link to a blob to a snapshot, or the blob itself if the file system does not support links. Then a blob to which links of
    /// another tool may exist is copied.
    /// </summary>
    private void Publish(HubFileInfo file, string path, bool isNew)
    {
        if (CheckpointFile.Exists(path))
            return;
        File.Delete(path);
        try
        {
            Files.CreateLink(path, Path.Combine("..", "..", "blobs", file.Etag));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Another download may have created it in the meantime.
            if (CheckpointFile.Exists(path))
                return;
            HubLog.Copying(logger, Path.GetDirectoryName(path)!);
            if (isNew)
                File.Move(_cache.BlobOf(file.Etag), path, overwrite: true);
            else
                Replace(path, temporary => File.Copy(_cache.BlobOf(file.Etag), temporary));
        }
    }

    /// <summary>Deletes what interrupted downloads of other commits have left, unless they are running.</summary>
    private void DeletePartials()
    {
        foreach (var partial in Directory.EnumerateFiles(_cache.Blobs, $"*{HubFileDownload.Ending}"))
        {
            try
            {
                using (Files.OpenExclusive(partial))
                    File.Delete(partial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another download uses it.
            }
        }
    }
}
