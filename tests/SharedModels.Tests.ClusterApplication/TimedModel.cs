namespace SharedModels.Tests.ClusterApplication;

/// <summary>A model that takes a given time to load.</summary>
internal sealed class TimedModel(string id, TimeSpan loadTime) : ISharedModel
{
    public const long Bytes = 30;

    public ModelFootprint Footprint => new(Bytes, Bytes);

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        ParentProcess.Notify("loading", id);
        await Task.Delay(loadTime, cancellationToken);
    }

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
