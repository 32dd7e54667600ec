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
    public string? Check(string prefix)
    {
        const string Remedy =
            "Set it to the folder of an OWLv2 checkpoint in the layout of Hugging Face, or to a repository id such as "
            + "'google/owlv2-base-patch16-ensemble'.";
        var key = $"{prefix}Checkpoint";
        if (string.IsNullOrWhiteSpace(value))
            return $"{key} is not set. {Remedy}";
        if (FindFolder() is { } folder)
            return Path.Exists(Path.Combine(folder, ConfigFile)) ? null : $"{key} is '{folder}', which has no {ConfigFile}. {Remedy}";
        if (_repository is null)
            return $"{key} is '{value}', which is neither a folder nor a repository id. {Remedy}";
        try
        {
            return isDownloadAllowed || FindInCache() is not null
                ? null
                : $"{key} is '{value}', which is neither a folder nor a complete checkpoint in the cache '{hub.CacheFolder}'. Set "
                    + $"{prefix}AllowDownload to true to download it, or {key} to the folder of a checkpoint.";
        }
        catch (CheckpointException e)
        {
            return $"{key} is '{value}'. {e.Message}";
        }
    }

    /// <summary>Returns the folder, after downloading it if necessary.</summary>
    /// <exception cref="CheckpointException">The checkpoint does not exist or cannot be downloaded.</exception>
    public async Task<string> GetFolderAsync(
        string prefix, IProgress<ModelLoadProgress>? progress, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Check(prefix) is { } problem)
            throw new CheckpointException(problem);
        return FindFolder() ?? FindInCache()
            ?? await new HubDownload(hub, _repository!, layout, progress, logger, time).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Resolves a relative path against the working directory, and otherwise against the folder of the application.</summary>
    private string? FindFolder()
    {
        var inWorkingDirectory = Path.GetFullPath(value);
        var nextToProgram = Path.GetFullPath(value, AppContext.BaseDirectory);
        return Directory.Exists(inWorkingDirectory) ? inWorkingDirectory : Directory.Exists(nextToProgram) ? nextToProgram : null;
    }

    private string? FindInCache() => _repository is null ? null : new HubCache(hub.CacheFolder, _repository).Find(layout);
}
