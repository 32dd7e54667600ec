using SharedModels;

namespace Acme.Text;

/// <summary>A model of a library that does not know the manager.</summary>
[SharedModel("speller", KeepAlive = "00:05:00")]
public sealed class Speller : ISharedModel
{
    public ModelFootprint Footprint => new(HostBytes: 1_000);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public string Spell(string word) => string.Join('-', word.ToCharArray());
}
