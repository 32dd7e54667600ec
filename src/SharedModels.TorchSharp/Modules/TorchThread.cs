namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Runs what makes tensors that stay: TorchSharp's dispose scopes belong to
/// threads, and a thread of the pool may be inside one that somebody forgot.
/// </summary>
internal static class TorchThread
{
    public static Task RunAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
