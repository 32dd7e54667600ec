using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>Log messages about downloads. They never contain a token, or an address that includes a storage key.</summary>
internal static partial class HubLog
{
    [LoggerMessage(1, LogLevel.Information, "Downloading '{Repository}' to '{Folder}': {Files} files, {Megabytes:0.#} MB")]
    public static partial void Begun(ILogger logger, HubRepository repository, string folder, int files, double megabytes);

    [LoggerMessage(2, LogLevel.Information, "Downloading '{Repository}': {Done:0.#} of {Total:0.#} MB")]
    public static partial void Progress(ILogger logger, HubRepository repository, double done, double total);

    [LoggerMessage(3, LogLevel.Information, "Downloaded '{Repository}' at commit {Commit}")]
    public static partial void Ended(ILogger logger, HubRepository repository, string commit);

    [LoggerMessage(4, LogLevel.Warning, "The download of '{Repository}' was interrupted: {Reason} Next attempt in {Seconds:0.#} s")]
    public static partial void Retrying(ILogger logger, HubRepository repository, string reason, double seconds);

    [LoggerMessage(5, LogLevel.Information, "Waiting for another download of '{File}' of '{Repository}'")]
    public static partial void Waiting(ILogger logger, string file, HubRepository repository);

    [LoggerMessage(6, LogLevel.Warning, "The downloaded content of '{File}' of '{Repository}' is wrong. Downloading it again")]
    public static partial void Discarded(ILogger logger, string file, HubRepository repository);

    [LoggerMessage(7, LogLevel.Information, "Cannot create links in '{Folder}'. It contains the files themselves")]
    public static partial void Copying(ILogger logger, string folder);
}
