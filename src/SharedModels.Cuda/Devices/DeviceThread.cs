using System.Collections.Concurrent;

namespace SharedModels.Cuda.Devices;

/// <summary>
/// Runs work for one device on a thread of its own, in order. A call of the driver that never returns holds up only what is asked of the
/// same device.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class DeviceThread(string name) : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private int _isStarted;

    /// <summary>Runs work when all that was added before has run.</summary>
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

    /// <summary>Ends the thread after the work that was added; does not wait for it.</summary>
    public void Dispose() => _work.CompleteAdding();

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> work)
    {
        try
        {
            completion.SetResult(work());
        }
#pragma warning disable CA1031 // It is rethrown to whoever awaits the work.
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
