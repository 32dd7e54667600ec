using Microsoft.Extensions.Configuration;

namespace SharedModels.Configuration;

/// <summary>A section that was passed to <c>AddSharedModels</c>.</summary>
internal sealed record SettingsSection(IConfigurationSection Section);
