namespace SharedModels.Testing;

/// <summary>
/// A model that computes nothing, takes a given amount of memory, and stops at gates. Derive from it to create models of several classes.
/// </summary>
/// <remarks>All members are thread-safe.</remarks>
/// <param name="deviceBytes">The number of bytes that the model takes on an accelerator. It declares the same number on the host.</param>
/// <param name="script">The gates and counters, shared by all objects of one model.</param>
/// <param name="accelerator">
/// The accelerator whose memory and time the model takes while it is on one of its devices, and whose faults affect it.
/// <see langword="null"/> for none.
/// </param>
/// <param name="workingBytes">The number of additional bytes that the model declares, and takes, for each use.</param>
/// <param name="isMutable">
/// <see langword="true"/> if use changes the model. Moving off a device then takes time too, and the model must be loaded again after its
/// device is lost.
/// </param>
public class FakeModel(
    long deviceBytes = 0,
    FakeModelScript? script = null,
    FakeAccelerator? accelerator = null,
    long workingBytes = 0,
    bool isMutable = false)
    : ISharedModel, IDisposable
{
    private readonly Lock _lock = new();
    private Device _device = Device.Cpu;
    private FakeAllocation? _allocation;
    private bool _isDisposed;
    private bool _isGone;
    private int _users;

    /// <summary>The gates and counters.</summary>
    public FakeModelScript Script { get; } = script ?? new();

    /// <summary>The device that the model is on.</summary>
    public Device Device
    {
        get
        {
            lock (_lock)
                return _device;
        }
    }

    /// <summary>Gets a value that indicates whether the model has been disposed.</summary>
    public bool IsDisposed
    {
        get
        {
            lock (_lock)
                return _isDisposed;
        }
    }

    /// <inheritdoc/>
    public ModelFootprint Footprint => new(deviceBytes, deviceBytes, workingBytes);

    /// <inheritdoc/>
    public bool IsMutable => isMutable;

    /// <inheritdoc/>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        Script.CountLoad();
        await Script.Load.PassAsync(Script.IgnoresTokens ? default : cancellationToken).ConfigureAwait(false);
        lock (_lock)
            _isGone = false;
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceLostException">The device is lost or, for a mutable model, the device that it was on is lost.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has too little free memory, or was set to fail this move.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model is in use, or it is mutable and has not been loaded again after its device was lost.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public async ValueTask ToAsync(Device device, CancellationToken cancellationToken)
    {
        var (from, allocation) = BeginMove();
        Script.CountMove();
        await Script.Move.PassAsync(Script.IgnoresTokens ? default : cancellationToken).ConfigureAwait(false);
        if (device == from && allocation?.IsLost != true)
            return;
        if (isMutable && allocation is not null)
            await CopyBackAsync(allocation, cancellationToken).ConfigureAwait(false);
        var taken = accelerator?.TryGet(device, out var fake) == true
            ? await fake.TakeAsync(deviceBytes, cancellationToken).ConfigureAwait(false)
            : null;
        EndMove(device, taken);
    }

    /// <summary>Simulates one use of the model.</summary>
    /// <returns>The number of current uses, including this one.</returns>
    /// <exception cref="DeviceLostException">The model's device is lost, or has been lost since the model was moved to it.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has too little free memory for the use.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public int Use()
    {
        FakeAllocation? allocation;
        int users;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            allocation = _allocation;
            users = ++_users;
        }

        try
        {
            allocation?.ThrowIfLost();
            using var work = allocation?.Device.Take(workingBytes);
            Script.Use.PassAsync(allocation?.Loss ?? default).GetAwaiter().GetResult();
            allocation?.ThrowIfLost();
            return users;
        }
        catch (OperationCanceledException) when (allocation?.IsLost == true)
        {
            allocation.ThrowIfLost();
            throw;
        }
        finally
        {
            lock (_lock)
                _users--;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts the disposal and releases the model's memory on its device.</summary>
    /// <param name="disposing"><see langword="true"/> if <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        lock (_lock)
        {
            ThrowIfUsed("disposed");
            _isDisposed = true;
            _allocation?.Dispose();
            _allocation = null;
        }

        Script.CountDisposal();
    }

    private (Device Device, FakeAllocation? Allocation) BeginMove()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ThrowIfUsed("moved");
            return _isGone
                ? throw new InvalidOperationException(
                    "The model is mutable and was lost with its device. Load it before moving it.")
                : (_device, _allocation);
        }
    }

    private async ValueTask CopyBackAsync(FakeAllocation allocation, CancellationToken cancellationToken)
    {
        try
        {
            await allocation.Device.TransferAsync(allocation, cancellationToken).ConfigureAwait(false);
        }
        catch (DeviceLostException)
        {
            lock (_lock)
                _isGone = true;
            EndMove(Device.Cpu, taken: null);
            throw;
        }
    }

    private void EndMove(Device device, FakeAllocation? taken)
    {
        lock (_lock)
        {
            _allocation?.Dispose();
            _allocation = taken;
            _device = device;
            if (!_isDisposed)
                return;

            // A hanging move that was abandoned continues after the disposal.
            taken?.Dispose();
            _allocation = null;
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }
    }

    private void ThrowIfUsed(string what)
    {
        if (_users > 0 && _allocation?.IsLost != true)
            throw new InvalidOperationException($"The model must not be {what} while it is in use.");
    }
}
