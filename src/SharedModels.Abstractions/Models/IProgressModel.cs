namespace SharedModels;

/// <summary>
/// A model that reports the progress of its load, for example while it downloads its weights. <see cref="ModelSnapshot.LoadProgress"/> and
/// the live page show it.
/// </summary>
public interface IProgressModel : ISharedModel
{
    /// <summary>Brings the model into the host's memory; the manager calls this instead of <see cref="ISharedModel.LoadAsync"/>.</summary>
    /// <param name="progress">
    /// Takes reports from any thread, keeps the last one and costs next to nothing. Reports after the load has ended are ignored.
    /// </param>
    /// <param name="cancellationToken">Fires when the load takes longer than it may, or the application stops.</param>
    ValueTask LoadAsync(IProgress<ModelLoadProgress> progress, CancellationToken cancellationToken);
}
