using Microsoft.Extensions.Options;

namespace SharedModels.Vision.Tests.Detection;

internal sealed class FixedMonitor(Owlv2Options value) : IOptionsMonitor<Owlv2Options>
{
    public Owlv2Options CurrentValue { get; set; } = value;

    public Owlv2Options Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<Owlv2Options, string?> listener) => null;
}
