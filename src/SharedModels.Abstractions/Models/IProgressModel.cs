namespace SharedModels;

/// <summary>
/// A model that reports the progress of its load, for example while it downloads its weights. The progress is shown in
/// <see cref="ModelSnapshot.LoadProgress"/> and on the live page.
/// </summary>
public interface IProgressModel : ISharedModel
{
    /// <summary>Loads the model into host memory. The manager calls this method instead of <see cref="ISharedModel.LoadAsync"/>.</summary>
    /// <param name="progress">
    /// Receives reports from any thread and keeps the last one. Reporting is cheap. Reports after the end of the load are ignored.
    /// </param>
    /// <param name="cancellationToken">A token that is canceled when the load exceeds its time limit or the application stops.</param>
    ValueTask LoadAsync(IProgress<ModelLoadProgress> progress, CancellationToken cancellationToken);
}
