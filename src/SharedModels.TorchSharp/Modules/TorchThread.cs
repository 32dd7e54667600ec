namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Runs code that creates permanent tensors. TorchSharp's dispose scopes belong to threads, and a thread of the pool may still be inside
/// a scope that was never disposed.
/// </summary>
internal static class TorchThread
{
    public static Task RunAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
