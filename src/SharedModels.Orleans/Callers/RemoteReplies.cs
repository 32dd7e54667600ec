using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <summary>The replies of a stream. They end when the node is lost.</summary>
internal sealed class RemoteReplies(IAsyncEnumerator<ModelReply> replies, NodeCall sent) : IAsyncDisposable
{
    private Task<bool>? _pending;

    public ModelReply Current => replies.Current;

    public async Task<bool> MoveNextAsync()
    {
        _pending = replies.MoveNextAsync().AsTask();
        return await _pending.WaitAsync(sent.Lost).ConfigureAwait(false);
    }

    /// <summary>Ends the stream on the node, and waits for it unless the node is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().WaitAsync(sent.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        sent.Dispose();
    }

    private async Task EndAsync()
    {
        try
        {
            // An enumerator must not be disposed while it waits.
            if (_pending is not null)
                await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await replies.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The node cannot be reached, and ends the stream by itself.
        }
    }
}
