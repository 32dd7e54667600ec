using SharedModels;

namespace ClusterSample;

/// <summary>A stand-in for a small model: it takes 200 ms to load.</summary>
[SharedModel("language")]
internal sealed class Language : ISharedModel
{
    private string[] _words = [];

    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(200, cancellationToken);
        _words = ["the", "and"];
    }

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public double Score(string text) => _words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)) ? 1 : 0;
}
