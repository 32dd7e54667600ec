namespace SharedModels.Tests.Bounded;

/// <summary>Runs code that may never end, on a thread that does not block the runner or keep the process alive.</summary>
internal static class OwnThread
{
    /// <summary>Waits for the code, at most for the bound.</summary>
    /// <exception cref="TestTimedOutException">The code did not finish. It continues in the background.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> code, TimeSpan bound, string name)
    {
        // A separate thread, because code that blocks threads of the pool would delay the tests that run in parallel.
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
            // Helps in a debugger, and in a dump of a test that blocks its thread.
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
