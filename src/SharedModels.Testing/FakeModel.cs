namespace SharedModels.Testing;

/// <summary>
/// A model that computes nothing, takes the memory that it is told, and stops at gates; derive from it to have models of several classes.
/// </summary>
/// <remarks>All members are safe for use by many threads.</remarks>
/// <param name="deviceBytes">Bytes that it claims on an accelerator; on the host it claims the same.</param>
/// <param name="script">Gates and counters, shared by all objects of one model.</param>
/// <param name="accelerator">
/// Whose memory and time it takes, and whose faults it feels, when it is on one of its devices; unless given it takes none.
/// </param>
/// <param name="workingBytes">Bytes that it claims, and takes, for a use beside them.</param>
/// <param name="isMutable">
/// <see langword="true"/> if use changes it: then leaving a device takes time too, and it must be loaded again after its device was lost.
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

    /// <summary>Where the model is.</summary>
    public Device Device
    {
        get
        {
            lock (_lock)
                return _device;
        }
    }

    /// <summary>Whether it was disposed.</summary>
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
    /// <exception cref="DeviceLostException">The device is lost; for a mutable one also that which it was on.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has too little memory left, or was told to say so.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model is in use, or is mutable and was not loaded again after its device was lost.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
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

    /// <summary>Acts as one use of the model.</summary>
    /// <returns>How many use it at this moment, this one included.</returns>
    /// <exception cref="DeviceLostException">The model's device is lost, or was since the model was moved to it.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has too little memory left to work in.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
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

    /// <summary>Counts the disposal, and gives back what the model has on its device.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
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
                    "The model is mutable and was lost with its device: it must be loaded before it is moved.")
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

            // A hanging move that was given up goes on after the disposal.
            taken?.Dispose();
            _allocation = null;
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }
    }

    private void ThrowIfUsed(string what)
    {
        if (_users > 0 && _allocation?.IsLost != true)
            throw new InvalidOperationException($"The model is {what} while it is in use.");
    }
}
