using SharedModels;

namespace ClusterSample;

/// <summary>A stand-in for a large model: it takes two seconds to load.</summary>
[SharedModel("sentiment")]
internal sealed class Sentiment : ISharedModel
{
    private string[] _words = [];

    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        _words = ["good", "great"];
    }

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public double Score(string text) => _words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)) ? 1 : 0;
}
