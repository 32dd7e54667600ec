using Microsoft.Extensions.Logging;

namespace SharedModels.OnnxRuntime.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        160, LogLevel.Warning,
        "Other code has created ONNX Runtime's environment, so each session has {Threads} threads of its own. Call AddOnnxModel and load a "
        + "model before sessions are created elsewhere, so that all sessions share one pool.")]
    public static partial void ThreadsNotShared(ILogger logger, int threads);

    [LoggerMessage(
        161, LogLevel.Warning,
        "The optimized graph {File} of {Path} cannot be used. It is deleted, and the session is created from the model itself.")]
    public static partial void OptimizedGraphUnusable(ILogger logger, Exception exception, string file, string path);

    [LoggerMessage(162, LogLevel.Warning, "The optimized graph of {Path} cannot be written to {File}. Sessions are created without it.")]
    public static partial void OptimizedGraphNotWritten(ILogger logger, Exception exception, string path, string file);

    [LoggerMessage(
        163, LogLevel.Debug, "A session of {Path} was created on {Device} with {Provider} in {Milliseconds:0} ms and takes {Bytes} bytes.")]
    public static partial void SessionCreated(
        ILogger logger, string path, Device device, string provider, double milliseconds, long bytes);

    [LoggerMessage(
        164, LogLevel.Warning,
        "The application runs in the invariant globalization mode, which cannot remove accents. The model {Path} does not know words that "
        + "contain them. Install ICU and set InvariantGlobalization to false, or remove accents from texts.")]
    public static partial void AccentsNotRemoved(ILogger logger, string path);
}
