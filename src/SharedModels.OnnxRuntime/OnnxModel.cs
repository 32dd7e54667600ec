using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Diagnostics;
using SharedModels.OnnxRuntime.Graphs;
using SharedModels.OnnxRuntime.Memory;
using SharedModels.OnnxRuntime.Sessions;

namespace SharedModels.OnnxRuntime;

/// <summary>
/// A model that ONNX Runtime computes. Derive from it to add code around the session, such as a tokenizer, and mark the class with
/// <see cref="SharedModelAttribute"/>. If the session is enough, use <c>AddOnnxModel</c>.
/// </summary>
/// <remarks>
/// <para>
/// On the host, the model is only its file. On a device, it is a session with the execution provider of that device. An eviction disposes
/// the session and returns its memory to the system.
/// </para>
/// <para>
/// Before a session exists, <see cref="FootprintOn"/> is the size of the weights in the file. Then it is what was measured: the memory of
/// the process on the CPU, and the driver's figure on a CUDA device. If several sessions are created at the same time, it stays the size
/// of the weights.
/// </para>
/// <para>A session is thread-safe, so the model can have several leases at a time (<see cref="SharedModelAttribute.MaxLeases"/>).</para>
/// </remarks>
/// <example>
/// <code>
/// [SharedModel("digits")]
/// public sealed class Digits(IOptionsMonitor&lt;OnnxModelOptions&gt; options) : OnnxModel(options.CurrentValue)
/// {
///     public int Read(float[] pixels)
///     {
///         using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 1, 28, 28]);
///         using var results = Session.Run(new Dictionary&lt;string, OrtValue&gt; { ["image"] = image });
///         return TensorPrimitives.IndexOfMax(results[0].GetTensorDataAsSpan&lt;float&gt;());
///     }
/// }
/// </code>
/// </example>
public abstract class OnnxModel : IPlacedModel, IDisposable
{
    private readonly OnnxModelOptions _options;
    private readonly ILogger _logger;
    private InferenceSession? _session;
    private Device? _device;
    private ModelFootprint _measured;
    private OnnxGraph? _graph;

    /// <summary>Creates a model. Its file is read when the model is loaded.</summary>
    /// <param name="options">The options of the model.</param>
    /// <param name="logger">The logger for warnings, or <see langword="null"/> to disable logging.</param>
    protected OnnxModel(OnnxModelOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The session. It is thread-safe. The manager disposes it.</summary>
    /// <exception cref="InvalidOperationException">The model is not on a device.</exception>
    public InferenceSession Session => _session ?? throw new InvalidOperationException(
        $"The model '{_options.Path}' has no session, because it is not on a device. Lease it from the manager.");

    /// <summary>The full path of the model's file.</summary>
    /// <exception cref="FileNotFoundException">The model's file does not exist.</exception>
    /// <exception cref="InvalidOperationException">The options have no path.</exception>
    protected string FilePath => field ??= FindFile(_options.Path, nameof(_options.Path));

    /// <summary>Indicates whether the session computes on the CPU.</summary>
    private protected bool IsOnCpu => _device?.IsCpu == true;

    private OnnxGraph Graph => _graph ??= OnnxGraph.Read(FilePath);

    /// <summary>Loads what the model keeps on the host on every device. Override it to read further files, such as a vocabulary.</summary>
    /// <param name="cancellationToken">A token that is canceled when the load exceeds its time limit or the application stops.</param>
    /// <returns>A completed task, unless overridden.</returns>
    public virtual ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">The model's file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    /// <exception cref="InvalidOperationException">The options have no path.</exception>
    public ModelFootprint FootprintOn(Device device)
    {
        if (_device == device)
            return _measured;
        var bytes = Graph.WeightBytes;
        return device.IsCpu ? new(bytes, 0, _options.WorkingBytes) : new(0, bytes, _options.WorkingBytes);
    }

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">The model's file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    /// <exception cref="InvalidOperationException">The options have no path, or the model is already placed.</exception>
    /// <exception cref="NotSupportedException">The native library does not contain the execution provider.</exception>
    /// <exception cref="DllNotFoundException">A native library cannot be loaded. The message contains the remedy.</exception>
    /// <exception cref="OutOfMemoryException">The machine has too little memory.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot create the session.</exception>
    public ValueTask PlaceAsync(Device device, CancellationToken cancellationToken)
    {
        if (_session is not null)
            throw new InvalidOperationException($"The model '{_options.Path}' is already on {_device}. Remove it first.");
        cancellationToken.ThrowIfCancellationRequested();
        var graph = Graph;
        var provider = ExecutionProviders.Choose(_options, device);
        var factory = new SessionFactory(_options, FilePath, graph, _logger);
        using var measurement = new SessionMeasurement(device);
        var start = Stopwatch.GetTimestamp();
        _session = factory.Create(provider, device, cancellationToken);
        var duration = Stopwatch.GetElapsedTime(start);
        try
        {
            _measured = measurement.End(graph.WeightBytes, _options.WorkingBytes) ?? FootprintOn(device);
        }
        catch
        {
            // The driver of a lost device does not answer. A model whose placement fails must not be placed.
            Remove();
            throw;
        }

        _device = device;
        var bytes = device.IsCpu ? _measured.HostBytes : _measured.DeviceBytes;
        Log.SessionCreated(_logger, FilePath, device, provider, duration.TotalMilliseconds, bytes);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    /// <summary>Disposes the session.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Finds a file of the model: in the working directory, and otherwise in the folder of the application.</summary>
    /// <param name="path">The path in the options.</param>
    /// <param name="option">The name of the option, for messages.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidOperationException">The path is empty.</exception>
    protected static string FindFile(string path, string option)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InvalidOperationException(
                $"The model's {option} is empty. Set SharedModels:Models:<id>:{option} to its file.");
        var inWorkingDirectory = Path.GetFullPath(path);
        if (File.Exists(inWorkingDirectory))
            return inWorkingDirectory;
        var nextToProgram = Path.GetFullPath(path, AppContext.BaseDirectory);
        return File.Exists(nextToProgram) ? nextToProgram : throw new FileNotFoundException(
            $"The model's {option} '{path}' does not exist. It was looked for at {inWorkingDirectory} and {nextToProgram}.",
            inWorkingDirectory);
    }

    /// <summary>Disposes the session. Override it to free more.</summary>
    /// <param name="disposing"><see langword="true"/> if <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Remove();
    }

    private void Remove()
    {
        if (_session is not { } session)
            return;
        (_session, _device) = (null, null);
        session.Dispose();
        HeapTrim.Run();
    }
}
