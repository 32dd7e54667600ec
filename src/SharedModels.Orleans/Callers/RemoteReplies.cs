using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <summary>The replies of a stream. They end when the node is lost.</summary>
internal sealed class RemoteReplies(IAsyncEnumerator<ModelReply> replies, CancellationToken lost) : IAsyncDisposable
{
    private Task<bool>? _pending;

    public ModelReply Current => replies.Current;

    public async Task<bool> MoveNextAsync()
    {
        _pending = replies.MoveNextAsync().AsTask();
        return await _pending.WaitAsync(lost).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        // An enumerator must not be disposed while it waits, and a lost node does not answer.
        if (_pending is { IsCompleted: false } || lost.IsCancellationRequested)
        {
            _ = DisposeLaterAsync();
            return ValueTask.CompletedTask;
        }

        return replies.DisposeAsync();
    }

    private async Task DisposeLaterAsync()
    {
        try
        {
            if (_pending is not null)
                await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await replies.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The node is gone, and ends the stream by itself.
        }
    }
}
