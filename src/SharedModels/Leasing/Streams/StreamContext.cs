using SharedModels.Devices;

namespace SharedModels.Leasing.Streams;

/// <summary>
/// Runs the continuations of an asynchronous stream on the worker. Other work of the worker can run between them, so that a consumer that
/// uses the model for each item does not wait for the end of the stream.
/// </summary>
internal sealed class StreamContext(DeviceWorker worker, Action<Exception> onFailure) : SynchronizationContext
{
    private readonly Lock _lock = new();
    private bool _hasEnded;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            if (!_hasEnded)
            {
                worker.Continue(() => Run(d, state));
                return;
            }
        }

        // The stream did not wait for this, and the worker may run other code. The base class uses the thread pool.
        base.Post(d, state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Ends the stream. Later continuations run on the thread pool.</summary>
    public void End()
    {
        lock (_lock)
            _hasEnded = true;
    }

    private void Run(SendOrPostCallback callback, object? state)
    {
        if (_hasEnded)
        {
            base.Post(callback, state);
            return;
        }

        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
#pragma warning disable CA1031 // For example, an exception of an async void method. It must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            onFailure(exception);
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    }
}
