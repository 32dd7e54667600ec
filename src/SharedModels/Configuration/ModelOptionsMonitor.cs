using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>A monitor for the options of a model. Its current value is the value named by the model's id.</summary>
internal sealed class ModelOptionsMonitor<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
    IOptionsMonitor<TOptions> monitor,
    string id)
    : IOptionsMonitor<TOptions>
{
    public TOptions CurrentValue => monitor.Get(id);

    public TOptions Get(string? name) => monitor.Get(name);

    public IDisposable? OnChange(Action<TOptions, string?> listener) => monitor.OnChange((options, name) =>
    {
        if (name == id)
            listener(options, name);
    });
}
