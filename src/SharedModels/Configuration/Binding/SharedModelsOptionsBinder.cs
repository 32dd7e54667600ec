using Microsoft.Extensions.Configuration;

namespace SharedModels.Configuration.Binding;

/// <summary>Reads the options from a configuration section and collects all errors and warnings in their report.</summary>
internal static class SharedModelsOptionsBinder
{
    /// <summary>Reads a section. An empty value counts as not set, because environment variables often cannot be removed.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options that are changed.</param>
    /// <param name="configuration">The application's configuration, in which the section might have a misspelled name.</param>
    public static void Bind(IConfigurationSection section, SharedModelsOptions options, IConfiguration? configuration = null)
    {
        var report = options.Report;
        report.Section = section.Path;
        if (configuration is not null && !section.Exists())
            ReportMisnamed(section, configuration, report);
        foreach (var child in ChildrenOf(section, report))
        {
            if (!KnownSettings.Sections.Concat(KnownSettings.OtherSections).Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                ReportUnknown(child, KnownSettings.Sections, report);
        }

        BindSettings(section.GetSection(nameof(options.Leasing)), KnownSettings.Leasing, options.Leasing, report);
        foreach (var kind in ChildrenOf(section.GetSection(nameof(options.Devices)), report))
            BindDevices(kind, options);
        foreach (var model in ChildrenOf(section.GetSection(nameof(options.Models)), report))
            BindModel(model, options);
        foreach (var tenant in ChildrenOf(section.GetSection(nameof(options.Tenants)), report))
            BindTenant(tenant, options);
    }

    private static void BindTenant(IConfigurationSection section, SharedModelsOptions options)
    {
        if (!options.Tenants.TryGetValue(section.Key, out var tenant))
            options.Tenants[section.Key] = tenant = new TenantOptions();
        BindSettings(section, KnownSettings.Tenant, tenant, options.Report);
    }

    /// <summary>Reads the settings of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="options">The object with their values.</param>
    /// <param name="report">Receives errors and warnings.</param>
    /// <param name="others">The keys of the section that are read elsewhere.</param>
    public static void BindSettings<TOptions>(
        IConfigurationSection section,
        IReadOnlyList<Setting<TOptions>> settings,
        TOptions options,
        BindingReport report,
        params IReadOnlyList<string> others)
    {
        var children = ChildrenOf(section, report).Where(child => !others.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        BindSettings(children, settings, options, report, others);
    }

    private static void BindDevices(IConfigurationSection kind, SharedModelsOptions options)
    {
        // The colon in cuda:0 also separates configuration paths, so the index arrives as a subsection.
        var byIndex = ChildrenOf(kind, options.Report).ToLookup(static child => child.Key.All(char.IsAsciiDigit));
        foreach (var device in byIndex[true])
            BindDevice($"{kind.Key}:{device.Key}", ChildrenOf(device, options.Report), options);
        if (byIndex[false].Any() || !byIndex[true].Any())
            BindDevice(kind.Key, byIndex[false], options);
    }

    private static void BindDevice(string name, IEnumerable<IConfigurationSection> children, SharedModelsOptions options)
    {
        if (!options.Devices.TryGetValue(name, out var device))
            options.Devices[name] = device = new DeviceOptions();
        BindSettings(children, KnownSettings.Device, device, options.Report);
    }

    private static void BindModel(IConfigurationSection section, SharedModelsOptions options)
    {
        if (!options.Models.TryGetValue(section.Key, out var model))
            options.Models[section.Key] = model = new ModelOptions();
        foreach (var child in ChildrenOf(section, options.Report))
        {
            if (Find(KnownSettings.Model, child.Key) is { } setting)
                Apply(setting, child, model, options.Report);
            else
                ReadOwn(child, model, options.Report);
        }
    }

    private static void BindSettings<TOptions>(
        IEnumerable<IConfigurationSection> children,
        IReadOnlyList<Setting<TOptions>> settings,
        TOptions options,
        BindingReport report,
        IReadOnlyList<string>? others = null)
    {
        foreach (var child in children)
        {
            if (Find(settings, child.Key) is not { } setting)
                ReportUnknown(child, settings.Select(static setting => setting.Key).Concat(others ?? []), report);
            else if (child.GetChildren().Any())
                report.Errors.Add($"{child.Path} is a section. The setting takes a single value.");
            else
                Apply(setting, child, options, report);
        }
    }

    private static void Apply<TOptions>(Setting<TOptions> setting, IConfigurationSection section, TOptions options, BindingReport report)
    {
        if (!string.IsNullOrWhiteSpace(section.Value) && setting.Apply(options, section.Value) is { } allowed)
            report.Errors.Add($"{section.Path} is '{section.Value}'. {allowed}");
    }

    private static Setting<TOptions>? Find<TOptions>(IReadOnlyList<Setting<TOptions>> settings, string key) =>
        settings.FirstOrDefault(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<IConfigurationSection> ChildrenOf(IConfigurationSection section, BindingReport report)
    {
        if (!string.IsNullOrWhiteSpace(section.Value))
            report.Errors.Add($"{section.Path} is '{section.Value}'. It is a section and takes keys instead of a value.");
        return section.GetChildren();
    }

    private static void ReportUnknown(IConfigurationSection section, IEnumerable<string> keys, BindingReport report)
    {
        var remedy = NearestName.Find(section.Key, keys) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"The keys are {string.Join(", ", keys)}.";
        report.Warnings.Add($"{section.Path} is not a setting and is ignored. {remedy}");
    }

    private static void ReportMisnamed(IConfigurationSection section, IConfiguration configuration, BindingReport report)
    {
        var near = configuration.GetChildren()
            .Where(child => child.GetChildren().Any() && NearestName.Distance(child.Key, section.Path) <= NearestName.MaxDistance);
        foreach (var child in near)
            report.Warnings.Add($"The section {child.Path} is ignored. Did you mean '{section.Path}'?");
    }

    private static void ReadOwn(IConfigurationSection child, ModelOptions model, BindingReport report)
    {
        ReportMisspelled(child, report);
        foreach (var (key, value) in child.AsEnumerable())
            model.OwnSettings += $"{key}={value}\n";
    }

    private static void ReportMisspelled(IConfigurationSection section, BindingReport report)
    {
        // A model can have its own options, and only its generated code knows them.
        var names = KnownSettings.Model
            .Select(static setting => setting.Key)
            .Where(name => NearestName.Distance(section.Key, name) <= NearestName.MaxDistance);
        if (NearestName.Find(section.Key, names) is { } nearest)
        {
            report.Warnings.Add(
                $"{section.Path} is not a setting of SharedModels. Did you mean '{nearest}'? "
                + "Ignore this warning if the model has an option of that name.");
        }
    }
}
