using System.Collections.Concurrent;

namespace SharedModels.Cuda.Devices;

/// <summary>
/// Runs work for one device in order, on a dedicated thread. A call to the driver that never returns blocks only the work of that device.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class DeviceThread(string name) : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private int _isStarted;

    /// <summary>Queues work after the work that is already queued.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() => Complete(completion, work));
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new ObjectDisposedException(name));
        }

        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
        return completion.Task;
    }

    /// <summary>Ends the thread when the queued work is done, without waiting for it.</summary>
    public void Dispose() => _work.CompleteAdding();

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> work)
    {
        try
        {
            completion.SetResult(work());
        }
#pragma warning disable CA1031 // It is rethrown where the work is awaited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            completion.SetException(exception);
        }
    }

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
