using SharedModels;

namespace SharedModels.Api;

/// <summary>Scores a text by the words that it contains. Replace it with a model of your own.</summary>
[SharedModel("sentiment", KeepAlive = "00:10:00")]
public sealed class Sentiment : ISharedModel
{
    private HashSet<string> _good = [];

    /// <summary>The bytes that the model takes on the host and on a device.</summary>
    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    /// <summary>Reads the weights into the host's memory.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var words = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "good-words.txt"), cancellationToken);
        _good = words.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Moves the weights to the device, or back to the CPU.</summary>
    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Returns the share of good words, from 0 to 1.</summary>
    public double Score(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? 0 : (double)words.Count(_good.Contains) / words.Length;
    }
}
