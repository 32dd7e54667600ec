namespace SharedModels.Yarp.Tests;

internal sealed class AsyncCleanup(Func<ValueTask> clean) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => clean();
}
