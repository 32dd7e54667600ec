using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SharedModels.Configuration;

/// <summary>Reads the options of the model that it is named after from <c>SharedModels:Models:&lt;id&gt;</c>, again whenever that changes.</summary>
internal sealed class ModelOptionsSource<TOptions>(string id, ModelSections sections, Action<IConfigurationSection, TOptions> bind)
    : IConfigureNamedOptions<TOptions>, IOptionsChangeTokenSource<TOptions>
    where TOptions : class
{
    public string Name => id;

    public void Configure(string? name, TOptions options)
    {
        if (name != id)
            return;
        foreach (var section in sections.Of(id))
            bind(section, options);
    }

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public IChangeToken GetChangeToken() => new CompositeChangeToken([.. sections.Of(id).Select(static section => section.GetReloadToken())]);
}
