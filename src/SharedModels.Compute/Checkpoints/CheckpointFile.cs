using Microsoft.Win32.SafeHandles;

namespace SharedModels.Compute.Checkpoints;

/// <summary>
/// Opens the files of a checkpoint. The files in a hub cache are symbolic links, so lengths are read from the open file:
/// <see cref="FileInfo.Length"/> is the length of the link.
/// </summary>
internal static class CheckpointFile
{
    private const int PointerLimit = 1024;
    private const int LargestSmallFile = 256 << 20;

    private static ReadOnlySpan<byte> PointerBegin => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>Returns <see langword="true"/> if the file exists. A link counts only if its target exists.</summary>
    /// <remarks>
    /// Only the operating system can follow a link: the target of a relative link depends on the folder that contains the link, which can
    /// be a link too.
    /// </remarks>
    public static bool Exists(string path)
    {
        // True for broken links.
        if (!File.Exists(path))
            return false;
        if (LinkTargetOf(path) is null)
            return true;
        try
        {
            using var handle = File.OpenHandle(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return true;
        }
    }

    /// <summary>Resolves a relative path against the working directory, and otherwise against the folder of the application.</summary>
    /// <returns>The full path, or <see langword="null"/> if it exists in neither folder.</returns>
    public static string? Locate(string path, Predicate<string> exists) => string.IsNullOrWhiteSpace(path)
        ? null
        : Array.Find([Path.GetFullPath(path), Path.GetFullPath(path, AppContext.BaseDirectory)], exists);

    /// <summary>Returns what to do about a file whose content is wrong.</summary>
    public static string RemedyFor(string path) => LinkTargetOf(path) is { } target
        ? $"Delete it and the file that it links to, '{target}', and download it again."
        : "Download or convert it again.";

    /// <summary>Opens a file that must not be empty.</summary>
    /// <exception cref="CheckpointException">The file is missing, empty, not readable, or a Git LFS pointer.</exception>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            var handle = File.OpenHandle(path);
            try
            {
                CheckContent(path, handle);
                return handle;
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || LinkTargetOf(path) is not null)
        {
            throw Missing(path, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CheckpointException($"'{path}' cannot be opened. Allow the process to read it, and close programs that lock it.", e);
        }
    }

    /// <summary>Reads a small file.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAllBytes(string path)
    {
        using var stream = new FileStream(Open(path), FileAccess.Read);
        if (stream.Length > LargestSmallFile)
            throw new CheckpointException(
                $"'{path}' has {stream.Length} bytes, but at most {LargestSmallFile} are read. Use the file as it was published.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void CheckContent(string path, SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        if (length == 0)
            throw new CheckpointException($"'{path}' is empty. {RemedyFor(path)}");
        if (length > PointerLimit)
            return;
        Span<byte> begin = stackalloc byte[PointerBegin.Length];
        if (begin[..RandomAccess.Read(handle, begin, 0)].SequenceEqual(PointerBegin))
            throw new CheckpointException(
                $"'{path}' is a Git LFS pointer, not the file itself. Install Git LFS and run 'git lfs pull' in its folder.");
    }

    private static CheckpointException Missing(string path, Exception inner)
    {
        var (folder, file) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        return LinkTargetOf(path) is { } target
            ? new(
                $"'{path}' is a link to '{target}', which does not exist or cannot be reached. Download the checkpoint again, or allow the "
                + "process to read the folder of that file.",
                inner)
            : new($"The checkpoint folder '{folder}' does not contain {file}. Copy the whole folder as it was published.", inner);
    }

    private static string? LinkTargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }
}
