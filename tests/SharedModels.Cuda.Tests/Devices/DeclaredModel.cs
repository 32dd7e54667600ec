namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A model that declares bytes and does nothing.</summary>
internal sealed class DeclaredModel(long bytes, long workingBytes = 0) : ISharedModel
{
    public ModelFootprint Footprint => new(bytes, bytes, workingBytes);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
