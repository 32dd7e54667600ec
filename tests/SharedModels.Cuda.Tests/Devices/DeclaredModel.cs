namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A model that declares bytes and does nothing.</summary>
internal sealed class DeclaredModel(long bytes) : ISharedModel
{
    public ModelFootprint Footprint => new(bytes, bytes);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
