namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>What a download does to the file system. Tests replace it by one that is full, or has no links.</summary>
internal class HubFiles
{
    private const int DiskFullOnUnix = 28;
    private const int QuotaExceededOnUnix = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);

    /// <summary>
    /// Opens a file that nobody else may have open. Unix locks a file only without any sharing; Windows renames an open file only if that
    /// is shared.
    /// </summary>
    /// <exception cref="IOException">Another download has it open.</exception>
    public virtual Stream OpenExclusive(string path) => new FileStream(
        path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);

    public virtual void CreateLink(string path, string target) => File.CreateSymbolicLink(path, target);

    /// <summary>The bytes that can still be written to a folder, or <see langword="null"/> if the system does not say.</summary>
    public virtual long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Says in plain words why a folder cannot be written.</summary>
    public static CheckpointException Describe(Exception exception, string folder) => exception switch
    {
        UnauthorizedAccessException => new(
            $"The process may not write to the cache '{folder}'. Give it the right, or set HubCacheFolder or HF_HUB_CACHE to "
                + "another folder.",
            exception),
        IOException { HResult: DiskFullOnUnix or QuotaExceededOnUnix or DiskFullOnWindows or HandleDiskFullOnWindows } => new(
            $"The disk of the cache '{folder}' is full. Free some space, or set HubCacheFolder or HF_HUB_CACHE to a folder on "
            + "another disk. "
            + "What has arrived is kept for the next attempt.",
            exception),
        _ => new(
            $"The cache '{folder}' cannot be written: {exception.Message} Set HubCacheFolder or HF_HUB_CACHE to another "
                + "folder.", exception),
    };
}
