namespace SharedModels.Tests.Leasing.Streams;

/// <summary>Iterators that record how far they have come and where they were disposed.</summary>
public abstract class StreamTestBase
{
    private readonly TaskCompletionSource<string?> _disposedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _produced;

    /// <summary>The name of the thread that runs iterators.</summary>
    private protected const string Worker = "SharedModels fake:0 #0";

    /// <summary>The name of the thread on which the first iterator was disposed.</summary>
    private protected Task<string?> DisposedOn => _disposedOn.Task;

    /// <summary>The number of items that the iterators have produced.</summary>
    private protected int Produced => Volatile.Read(ref _produced);

    /// <summary>Records the thread on which an iterator is disposed.</summary>
    private protected void NoteDisposal() => _disposedOn.TrySetResult(Thread.CurrentThread.Name);

    private protected static ManagerFixture Create()
    {
        var fixture = new ManagerFixture();
        fixture.Add("a");
        return fixture;
    }

    private protected IEnumerable<int> Count(int count) => Count(count, static i => i);

    private protected IEnumerable<T> Count<T>(int count, Func<int, T> select)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                Interlocked.Increment(ref _produced);
                yield return select(i);
            }
        }
        finally
        {
            NoteDisposal();
        }
    }

    private protected async IAsyncEnumerable<(int Number, string? Thread)> CountAsync(int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return (i, Thread.CurrentThread.Name);
            }
        }
        finally
        {
            await Task.Yield();
            NoteDisposal();
        }
    }
}
