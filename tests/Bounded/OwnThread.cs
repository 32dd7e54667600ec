namespace SharedModels.Tests.Bounded;

/// <summary>Runs code that may never end on a thread that neither holds up the runner nor keeps the process alive.</summary>
internal static class OwnThread
{
    /// <summary>Waits for the code, but no longer than the bound.</summary>
    /// <exception cref="TestTimedOutException">The code did not finish; it goes on in the background.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> code, TimeSpan bound, string name)
    {
        // A thread of its own, as code that blocks the pool's threads would hold up the tests that run next to it.
        var run = Task.Factory.StartNew(Start, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        try
        {
            return await run.WaitAsync(bound);
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            throw new TestTimedOutException(name, bound);
        }

        Task<T> Start()
        {
            // For a debugger, and for a dump of a test that blocks its thread.
            Thread.CurrentThread.Name = name;
            return code();
        }
    }

    public static Task RunAsync(Func<Task> code, TimeSpan bound, string name) => RunAsync(
        async () =>
        {
            await code();
            return true;
        },
        bound,
        name);
}
