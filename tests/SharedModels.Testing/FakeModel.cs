namespace SharedModels.Testing;

/// <summary>A model that computes nothing, takes the memory that it is told, and stops at gates; derive from it to have models of several classes.</summary>
/// <param name="deviceBytes">Bytes that it claims on an accelerator; on the host it claims the same.</param>
/// <param name="script">Gates and counters, shared by all objects of one model.</param>
public class FakeModel(long deviceBytes = 0, FakeModelScript? script = null) : ISharedModel, IDisposable
{
    private int _users;

    /// <summary>The gates and counters.</summary>
    public FakeModelScript Script { get; } = script ?? new();

    /// <summary>Where the model is.</summary>
    public Device Device { get; private set; } = Device.Cpu;

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public ModelFootprint Footprint => new(deviceBytes, deviceBytes);

    /// <inheritdoc/>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        Script.CountLoad();
        await Script.Load.PassAsync(Script.IgnoresTokens ? default : cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ToAsync(Device device, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (Volatile.Read(ref _users) > 0)
            throw new InvalidOperationException("The model is moved while it is in use.");
        Script.CountMove();
        await Script.Move.PassAsync(Script.IgnoresTokens ? default : cancellationToken).ConfigureAwait(false);
        Device = device;
    }

    /// <summary>Acts as one use of the model.</summary>
    /// <returns>How many use it at this moment, this one included.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public int Use()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var users = Interlocked.Increment(ref _users);
        Script.Use.PassAsync().Wait();
        Interlocked.Decrement(ref _users);
        return users;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts the disposal.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (Volatile.Read(ref _users) > 0)
            throw new InvalidOperationException("The model is disposed while it is in use.");
        IsDisposed = true;
        Script.CountDisposal();
    }
}
