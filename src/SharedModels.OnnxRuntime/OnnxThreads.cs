using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime;

/// <summary>
/// The thread pool that all sessions of the process share, so that several models do not start several times as many threads as there are
/// processors.
/// </summary>
/// <remarks>
/// ONNX Runtime creates the pool with its environment, of which a process has only one. If other code has created the environment before
/// (with <c>OrtEnv.Instance()</c> or a session of its own), each session gets threads of its own, and a warning says so. All members are
/// thread-safe.
/// </remarks>
public static class OnnxThreads
{
    private static readonly Lock Lock = new();
    private static OnnxThreadOptions? _options;
    private static bool _isCreated;

    /// <summary>Gets a value that indicates whether sessions share a pool. Creates the environment if it does not exist yet.</summary>
    internal static bool AreShared
    {
        get
        {
            Ensure();
            return field;
        }

        private set;
    }

    /// <summary>The options with which the environment is created.</summary>
    internal static OnnxThreadOptions Options => _options ??= new();

    /// <summary>Sets the options of the pool. Call it when the application starts, before the first model is loaded.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The pool exists already.</exception>
    public static void Configure(Action<OnnxThreadOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new OnnxThreadOptions();
        configure(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, $"{nameof(OnnxThreadOptions)}.{nameof(options.Threads)}");
        lock (Lock)
        {
            if (_isCreated)
                throw new InvalidOperationException(
                    "The threads of ONNX Runtime have already been created. Configure them when the application starts, before the first "
                    + "model is loaded.");
            _options = options;
        }
    }

    private static void Ensure()
    {
        lock (Lock)
        {
            if (_isCreated)
                return;
            if (!OrtEnv.IsCreated)
            {
                using var threads = new OrtThreadingOptions
                {
                    GlobalIntraOpNumThreads = Options.Threads,
                    GlobalInterOpNumThreads = 1,
                    GlobalSpinControl = Options.AllowSpinning,
                };
                var creation = new EnvironmentCreationOptions
                {
                    logId = "SharedModels",
                    logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
                    threadOptions = threads,
                };
                _ = OrtEnv.CreateInstanceWithOptions(ref creation);
                AreShared = true;
            }

            _isCreated = true;
        }
    }
}
