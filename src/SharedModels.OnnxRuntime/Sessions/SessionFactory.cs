using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Diagnostics;
using SharedModels.OnnxRuntime.Graphs;

namespace SharedModels.OnnxRuntime.Sessions;

/// <summary>Creates the sessions of a model.</summary>
internal sealed class SessionFactory(OnnxModelOptions options, string path, OnnxGraph graph, ILogger logger)
{
    private static int _isWarned;

    /// <exception cref="OperationCanceledException">The creation was canceled.</exception>
    /// <exception cref="InvalidDataException">The file is not a valid model.</exception>
    /// <exception cref="OutOfMemoryException">The machine has too little memory.</exception>
    /// <exception cref="DllNotFoundException">A native library is missing.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot create the session.</exception>
    public InferenceSession Create(string provider, Device device, CancellationToken cancellationToken)
    {
        try
        {
            return OptimizedGraph.For(options, path, graph, provider) is { } optimized
                ? Create(optimized, provider, device, cancellationToken)
                : Create(path, provider, device, configure: null, cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            throw OnnxFailure.OfCreation(exception, path, device, cancellationToken);
        }
    }

    private InferenceSession Create(OptimizedGraph optimized, string provider, Device device, CancellationToken cancellationToken)
    {
        if (File.Exists(optimized.File))
        {
            try
            {
                return Create(
                    optimized.File,
                    provider,
                    device,
                    static session => session.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                    cancellationToken);
            }
            catch (OnnxRuntimeException exception)
                when (!cancellationToken.IsCancellationRequested && OnnxFailure.MayBeOfFile(exception))
            {
                Log.OptimizedGraphUnusable(logger, exception, optimized.File, path);
                OptimizedGraph.TryDelete(optimized.File);
            }
        }

        string? written = null;
        InferenceSession? created = null;
        try
        {
            written = optimized.BeginWrite();
            created = Create(
                path,
                provider,
                device,
                session =>
                {
                    session.OptimizedModelFilePath = written;

                    // ONNX Runtime warns that the file fits only this kind of processor. Its name says so.
                    session.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
                },
                cancellationToken);
            optimized.EndWrite(written);
            return created;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            if (written is not null)
                OptimizedGraph.TryDelete(written);
            var isFinal = cancellationToken.IsCancellationRequested
                || exception is OnnxRuntimeException failure && !OnnxFailure.MayBeOfFile(failure);
            if (created is null && isFinal)
                throw;

            // If the model itself is the cause, the session without the file fails too, and that failure is the one to report.
            created ??= Create(path, provider, device, configure: null, cancellationToken);
            Log.OptimizedGraphNotWritten(logger, exception, path, optimized.File);
            return created;
        }
    }

    private InferenceSession Create(
        string file, string provider, Device device, Action<SessionOptions>? configure, CancellationToken cancellationToken)
    {
        using var session = new SessionOptions();

        // The arena keeps the memory of the largest input until the session is disposed, and the sizes of inputs vary. Without it, runs
        // take the same time.
        session.EnableCpuMemArena = false;
        UseThreads(session);
        foreach (var (key, value) in options.SessionEntries)
            session.AddSessionConfigEntry(key, value);
        ExecutionProviders.Append(session, provider, options, device);
        configure?.Invoke(session);
        using var cancellation = cancellationToken.UnsafeRegister(
            static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), session);
        return new(file, session);
    }

    private void UseThreads(SessionOptions session)
    {
        if (OnnxThreads.AreShared)
        {
            session.DisablePerSessionThreads();
            return;
        }

        var threads = OnnxThreads.Options;
        session.IntraOpNumThreads = threads.Threads;
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", threads.AllowSpinning ? "1" : "0");
        if (Interlocked.Exchange(ref _isWarned, 1) == 0)
            Log.ThreadsNotShared(logger, threads.Threads);
    }
}
