using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>Counts the bytes of a download for the model's status and for the log.</summary>
internal sealed class HubProgress(HubRepository repository, IProgress<ModelLoadProgress>? progress, ILogger logger, TimeProvider time)
{
    private const double Megabyte = 1e6;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(5);

    private long _total;
    private long _done;
    private long _lastLog;

    public void Begin(string folder, IReadOnlyCollection<HubFileInfo> files)
    {
        _total = files.Sum(static file => file.Size);
        _lastLog = time.GetTimestamp();
        HubLog.Begun(logger, repository, folder, files.Count, _total / Megabyte);
        Report();
    }

    /// <summary>Adds bytes that were received. A negative number stands for bytes that were discarded.</summary>
    public void Add(long bytes)
    {
        _done += bytes;
        Report();
        if (time.GetElapsedTime(_lastLog) < LogInterval)
            return;
        _lastLog = time.GetTimestamp();
        HubLog.Progress(logger, repository, _done / Megabyte, _total / Megabyte);
    }

    private void Report() => progress?.Report(new(_done, _total));
}
