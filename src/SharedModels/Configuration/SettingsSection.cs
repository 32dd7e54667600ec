using Microsoft.Extensions.Configuration;

namespace SharedModels.Configuration;

/// <summary>A section that <c>AddSharedModels</c> was given.</summary>
internal sealed record SettingsSection(IConfigurationSection Section);
