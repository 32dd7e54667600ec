using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>
/// Shares a TorchSharp module. It loads the weights into one pinned block and moves them with one copy. Leases return the module.
/// </summary>
/// <remarks>
/// <para>The module is set to evaluation mode. Code in <c>InvokeAsync</c> runs in inference mode and inside a dispose scope. The tensor,
/// or the tuple or list of tensors, that the code returns is detached from the scope, and the caller must dispose it. Code that uses
/// <c>lease.Model</c> directly runs without inference mode and without a scope.</para>
/// <para>Parameters do not belong to a dispose scope. A module that is not on its device is on the host, with the weights that were
/// loaded, unless <see cref="TorchModelOptions.IsMutable"/> indicates that use changes them.</para>
/// </remarks>
/// <typeparam name="TModule">The class of the module.</typeparam>
public sealed class TorchModel<TModule> : IModelAdapter, IDisposable
    where TModule : torch.nn.Module
{
    private readonly Func<TModule> _create;
    private readonly TorchModelOptions _options;
    private readonly TorchRuntime _runtime;
    private TModule? _module;
    private ArenaModule? _arenaModule;

    /// <summary>Creates a model that shares a module without a container.</summary>
    /// <param name="create">Constructs the module on the host.</param>
    /// <param name="options">The options for loading, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="TorchModelOptions.WorkingBytes"/> is negative.</exception>
    public TorchModel(Func<TModule> create, TorchModelOptions? options = null)
        : this(create, options ?? new(), TorchRuntime.Default)
    {
    }

    internal TorchModel(Func<TModule> create, TorchModelOptions options, TorchRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfNegative(options.WorkingBytes);
        _create = create;
        _options = options;
        _runtime = runtime;
    }

    /// <inheritdoc/>
    public Type ModelType => typeof(TModule);

    /// <inheritdoc/>
    public object Model
    {
        get
        {
            if (_arenaModule is null)
                throw new InvalidOperationException(
                    $"The module {typeof(TModule)} is not loaded. Lease it from the manager to load it.");
            _arenaModule.RequireWhole();
            return _module!;
        }
    }

    /// <inheritdoc/>
    public ModelFootprint Footprint => _arenaModule is null ? default : new(
        _arenaModule.Bytes, _arenaModule.TakenBytes, _options.WorkingBytes + _arenaModule.RecurrentBytes);

    /// <inheritdoc/>
    public bool IsMutable => _options.IsMutable;

    /// <inheritdoc/>
    public IModelUse? BeginUse()
    {
        if (_arenaModule?.Device is { Kind: "cuda" } device)
            _runtime.DeviceMemory?.Trim(device.Index);
        return new InferenceScope(_module!, _arenaModule, _options.IsMutable, _runtime.Logger);
    }

    /// <inheritdoc/>
    /// <exception cref="DllNotFoundException">
    /// The native library of TorchSharp cannot be loaded. The message contains the remedy.
    /// </exception>
    /// <exception cref="SharedModels.Compute.Checkpoints.CheckpointException">
    /// The weights are missing, or do not match the module.
    /// </exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_arenaModule is { IsTorn: false })
            return;
        if (TorchLibrary.Problem is { } problem)
            throw new DllNotFoundException(problem);
        await TorchThread.RunAsync(() => Load(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ToAsync(Device device, CancellationToken cancellationToken)
    {
        var arenaModule = _arenaModule ?? throw new InvalidOperationException($"The module {typeof(TModule)} is not loaded.");
        if (arenaModule.Device != device)
        {
            try
            {
                await arenaModule.MoveToAsync(device, cancellationToken).ConfigureAwait(false);
            }
            catch when (arenaModule.IsTorn)
            {
                // The manager assumes that the module is on the host.
                await TryLoadAgainAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Frees the module and its weights.</summary>
    public void Dispose()
    {
        _arenaModule?.Dispose();
        _module?.Dispose();
        _arenaModule = null;
        _module = null;
    }

    private async Task TryLoadAgainAsync()
    {
        try
        {
            await TorchThread.RunAsync(() => Load(CancellationToken.None), CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The loss of the device is the failure to report. Uses fail until the next load succeeds.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotLoadedAgain(_runtime.Logger, exception, typeof(TModule));
        }
    }

    private void Load(CancellationToken cancellationToken)
    {
        var module = _create();
        Dispose();
        _module = module;
        _arenaModule = ArenaModule.Load(_module, _options, _runtime, cancellationToken);
    }
}
