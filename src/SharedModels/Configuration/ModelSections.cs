using Microsoft.Extensions.Configuration;

namespace SharedModels.Configuration;

/// <summary>
/// The configuration sections of the models: those passed to <c>AddSharedModels</c>, or else the application's configuration.
/// </summary>
internal sealed class ModelSections(IEnumerable<SettingsSection> given, IConfiguration? configuration = null)
{
    private readonly IConfigurationSection[] _roots = given.Select(static section => section.Section).ToArray() is { Length: > 0 } sections
        ? sections
        : configuration is null ? [] : [configuration.GetSection("SharedModels")];

    public IEnumerable<IConfigurationSection> Of(string id) => _roots.Select(root => root.GetSection("Models").GetSection(id));
}
