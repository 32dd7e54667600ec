using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>The options as a model of the given id has them: the value that has no name elsewhere is the model's own here.</summary>
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
