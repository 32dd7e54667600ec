using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>
/// Downloads one file into the blobs of a cache. The bytes are written to an <c>.incomplete</c> file of this library. Only one download
/// at a time opens that file, and a later download continues it. The file gets its final name when its size and hash are correct.
/// </summary>
/// <param name="client">The client of the hub.</param>
/// <param name="repository">The repository.</param>
/// <param name="file">The file to download.</param>
/// <param name="blob">The path of the blob.</param>
/// <param name="published">The path of the file in the snapshot, which is the file itself if links are not supported.</param>
/// <param name="files">The file system.</param>
/// <param name="progress">Receives the number of bytes.</param>
/// <param name="logger">The logger.</param>
/// <param name="time">The clock.</param>
internal sealed class HubFileDownload(
    HubClient client, HubRepository repository, HubFileInfo file, string blob, string published, HubFiles files, HubProgress progress,
    ILogger logger, TimeProvider time)
{
    /// <summary>The ending of incomplete files. Other tools write to files that end with <c>.incomplete</c> only.</summary>
    public const string Ending = ".sharedmodels.incomplete";

    private const int BufferBytes = 1 << 17;
    private const int WorthTryingAgain = 1 << 20;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly HubRetry _retry = new(repository, time, logger);
    private readonly string _partial = blob + Ending;
    private long _counted;
    private long _furthest;

    /// <returns>True if the blob is new, so that no link to it exists.</returns>
    /// <exception cref="CheckpointException">The file cannot be downloaded.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (await ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            Count(file.Size);
            return false;
        }

        var stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // The other download may have ended just before this one opened the file. The file is then either complete or new.
            if (!await ExistsAsync(cancellationToken).ConfigureAwait(false))
            {
                await FillAsync(stream, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                (stream as FileStream)?.Flush(flushToDisk: true);
                File.Move(_partial, blob, overwrite: true);
                return true;
            }
        }

        File.Delete(_partial);
        Count(file.Size);
        return false;
    }

    /// <summary>
    /// Returns true if the content is in the cache. Wrong content, such as that of a full disk or of another tool, is deleted.
    /// </summary>
    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        foreach (var path in (string[])[published, blob])
        {
            if (!CheckpointFile.Exists(path))
                continue;
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length == file.Size && await IsRightAsync(stream, cancellationToken).ConfigureAwait(false))
                    return true;
            }

            HubLog.Discarded(logger, file.Name, repository);
            File.Delete(path);
        }

        return false;
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return files.OpenExclusive(_partial);
            }
            catch (IOException e) when (IsInUse(e))
            {
                if (isFirst)
                    HubLog.Waiting(logger, file.Name, repository);
                await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Sharing violations: 11 is EWOULDBLOCK on Linux, and 35 on macOS.
    private static bool IsInUse(IOException e) => e.HResult is 11 or 35 || (e.HResult & 0xFFFF) == 32;

    private async Task FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            await _retry.RunAsync(() => ReceiveAsync(stream, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (await IsRightAsync(stream, cancellationToken).ConfigureAwait(false))
                return;
            Truncate(stream);

            // The bytes left by an earlier run may have been wrong, but that is unlikely to happen twice.
            if (isRepeated)
                throw new CheckpointException(
                    $"The downloaded content of '{file.Name}' of '{repository}' does not match the "
                    + $"{(file.Sha256 is null ? "SHA-1" : "SHA-256")} that the hub reports. Set HubEndpoint or HF_ENDPOINT to another "
                    + "address if this is a mirror, or try again later.");
            HubLog.Discarded(logger, file.Name, repository);
        }
    }

    /// <summary>Downloads the missing bytes.</summary>
    private async Task<bool> ReceiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        var offset = stream.Seek(0, SeekOrigin.End);
        if (offset > file.Size)
            Truncate(stream);
        offset = stream.Length;
        Count(offset);
        if (offset == file.Size && offset > 0)
            return true;
        CheckSpace(offset);
        using var response = await client.GetAsync(file, offset, cancellationToken).ConfigureAwait(false);
        if (!Continues(response, offset))
        {
            Truncate(stream);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new HubTransientException("The hub sent a different part of the file than requested.");
        }

        await CopyAsync(response, stream, cancellationToken).ConfigureAwait(false);
        if (stream.Length > file.Size)
        {
            Truncate(stream);
            throw new HubTransientException($"The hub sent more bytes of '{file.Name}' than the size that it reported.");
        }

        return stream.Length == file.Size
            ? true
            : throw new HubTransientException($"The connection was closed after {stream.Length} of {file.Size} bytes of '{file.Name}'.");
    }

    private bool Continues(HttpResponseMessage response, long offset)
    {
        if (offset == 0)
            return response.StatusCode == HttpStatusCode.OK;
        var range = response.Content.Headers.ContentRange;
        return response.StatusCode == HttpStatusCode.PartialContent && range?.From == offset
            && (range.Length is not { } length || length == file.Size);
    }

    private async Task CopyAsync(HttpResponseMessage response, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            while (await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                Count(stream.Length);

                // The number of attempts is reset only when the download gets further than before. A hub that sends very little at a
                // time, or wrong content, does not get more attempts.
                if (stream.Length - _furthest >= WorthTryingAgain)
                {
                    _furthest = stream.Length;
                    _retry.Reset();
                }

                if (stream.Length > file.Size)
                    return;
            }
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(HubClient.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new HubTransientException($"The connection was lost while '{file.Name}' was being downloaded.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubTransientException(
                $"No data of '{file.Name}' was received for {HubClient.Patience.TotalSeconds:0} s.", e);
        }
    }

    private async Task<bool> IsRightAsync(Stream stream, CancellationToken cancellationToken)
    {
        stream.Seek(0, SeekOrigin.Begin);
        if (file.Sha256 is { } sha256)
            return Convert.ToHexString(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)) == sha256;

        // A mirror may use its own names for small files. In that case only the size is known.
        return file.GitSha1 is not { } sha1 || await GitSha1Async(stream, cancellationToken).ConfigureAwait(false) == sha1;
    }

    /// <summary>Computes the name that git gives a content. It is a SHA-1, which detects mistakes here but not forgery.</summary>
    private static async Task<string> GitSha1Async(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            hash.AppendData(buffer, 0, count);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private void CheckSpace(long offset)
    {
        var folder = Path.GetDirectoryName(blob)!;
        if (files.FreeBytes(folder) is { } free && free < file.Size - offset)
            throw new CheckpointException(
                $"The disk of the cache '{folder}' has {free} bytes free, but '{file.Name}' of '{repository}' needs "
                + $"{file.Size - offset}. Free some space, or set HubCacheFolder or HF_HUB_CACHE to a folder on another disk.");
    }

    private void Truncate(Stream stream)
    {
        stream.SetLength(0);
        stream.Seek(0, SeekOrigin.Begin);
        Count(0);
    }

    private void Count(long bytes)
    {
        progress.Add(bytes - _counted);
        _counted = bytes;
    }
}
