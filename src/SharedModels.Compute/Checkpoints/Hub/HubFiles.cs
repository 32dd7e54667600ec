namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>The file operations of a download. Tests replace them to simulate a full disk or missing support for links.</summary>
internal class HubFiles
{
    private const int DiskFullOnUnix = 28;
    private const int QuotaExceededOnUnix = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);

    /// <summary>
    /// Opens a file exclusively. Unix locks a file only if it is opened without any sharing. Windows can rename an open file only if
    /// deletion is shared.
    /// </summary>
    /// <exception cref="IOException">Another download has opened it.</exception>
    public virtual Stream OpenExclusive(string path) => new FileStream(
        path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);

    public virtual void CreateLink(string path, string target) => File.CreateSymbolicLink(path, target);

    /// <summary>Returns the free bytes of the disk of a folder, or <see langword="null"/> if the system does not report them.</summary>
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

    /// <summary>Creates an exception that explains why a folder cannot be written to.</summary>
    public static CheckpointException Describe(Exception exception, string folder) => exception switch
    {
        UnauthorizedAccessException => new(
            $"The process is not allowed to write to the cache '{folder}'. Grant it write access, or set HubCacheFolder or HF_HUB_CACHE to "
                + "another folder.",
            exception),
        IOException { HResult: DiskFullOnUnix or QuotaExceededOnUnix or DiskFullOnWindows or HandleDiskFullOnWindows } => new(
            $"The disk of the cache '{folder}' is full. Free some space, or set HubCacheFolder or HF_HUB_CACHE to a folder on "
            + "another disk. "
            + "The bytes received so far are kept for the next attempt.",
            exception),
        _ => new(
            $"The cache '{folder}' cannot be written to: {exception.Message} Set HubCacheFolder or HF_HUB_CACHE to another "
                + "folder.", exception),
    };
}
