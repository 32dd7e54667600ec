using Microsoft.Extensions.Logging;
using SharedModels.Compute.Checkpoints.Hub;

namespace SharedModels.Compute.Checkpoints;

/// <summary>A checkpoint named by a setting: a folder, or a repository of the hub.</summary>
/// <param name="value">A path, or a repository id.</param>
/// <param name="isDownloadAllowed">True if a repository that is not in the cache may be downloaded.</param>
/// <param name="hub">The hub and its cache.</param>
/// <param name="layout">The files that the model needs.</param>
internal sealed class CheckpointRequest(string value, bool isDownloadAllowed, HubSettings hub, CheckpointLayout layout)
{
    private const string ConfigFile = "config.json";

    private readonly HubRepository? _repository = HubRepository.TryParse(value);

    /// <summary>
    /// Returns a description of what is wrong with the setting, or <see langword="null"/>. The content of files is checked when they are
    /// loaded.
    /// </summary>
    /// <param name="prefix">The prefix of setting names in messages, including the final separator.</param>
    public string? Check(string prefix) => Find(prefix).Problem;

    /// <summary>Returns the folder, after downloading it if necessary.</summary>
    /// <exception cref="CheckpointException">The checkpoint does not exist or cannot be downloaded.</exception>
    public async Task<string> GetFolderAsync(
        string prefix, IProgress<ModelLoadProgress>? progress, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var (folder, problem) = Find(prefix);
        if (problem is not null)
            throw new CheckpointException(problem);
        return folder
            ?? await new HubDownload(hub, _repository!, layout, progress, logger, time).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the folder or what is wrong. Neither means that the checkpoint must be downloaded, which is allowed.</summary>
    private (string? Folder, string? Problem) Find(string prefix)
    {
        const string Remedy =
            "Set it to the folder of an OWLv2 checkpoint in the layout of Hugging Face, or to a repository id such as "
            + "'google/owlv2-base-patch16-ensemble'.";
        var key = $"{prefix}Checkpoint";
        if (string.IsNullOrWhiteSpace(value))
            return (null, $"{key} is not set. {Remedy}");
        if (CheckpointFile.Locate(value, Directory.Exists) is { } folder)
            return CheckpointFile.Exists(Path.Combine(folder, ConfigFile))
                ? (folder, null)
                : (null, $"{key} is '{folder}', which has no {ConfigFile}. {Remedy}");
        if (_repository is null)
            return (null, $"{key} is '{value}', which is neither a folder nor a repository id. {Remedy}");
        try
        {
            var cached = new HubCache(hub.CacheFolder, _repository).Find(layout);
            return cached is not null || isDownloadAllowed
                ? (cached, null)
                : (null, $"{key} is '{value}', which is neither a folder nor a complete checkpoint in the cache '{hub.CacheFolder}'. Set "
                    + $"{prefix}AllowDownload to true to download it, or {key} to the folder of a checkpoint.");
        }
        catch (CheckpointException e)
        {
            return (null, $"{key} is '{value}'. {e.Message}");
        }
    }
}
