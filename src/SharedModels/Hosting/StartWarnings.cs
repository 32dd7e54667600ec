using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Hosting;

/// <summary>Logs warnings for settings that do not prevent the application from starting but are probably wrong.</summary>
internal static partial class StartWarnings
{
    public static void Log(ILogger logger, SharedModelsOptions options, DeviceCatalog devices, IReadOnlyList<ScheduledModel> models)
    {
        var (ids, names) = (models.Select(static model => model.Id).ToList(), devices.Devices.ConvertAll(static device => device.Device));
        foreach (var id in options.Models.Keys.Except(ids, StringComparer.OrdinalIgnoreCase))
            Diagnostics.Log.UnknownModelConfigured(logger, id, string.Join(", ", ids));
        foreach (var name in options.Devices.Keys.Where(name => !names.Contains(Device.Parse(name))))
            Diagnostics.Log.UnknownDeviceConfigured(logger, name, string.Join(", ", names));
        Log(logger, [.. options.Report.Warnings, .. MemoryBudgetCheck.Warnings(devices.Infos, options)]);
        foreach (var model in models.Where(static model => model.Settings.Candidates.Count == 0))
        {
            var key = $"{options.Report.Section}:Models:{model.Id}:{nameof(ModelOptions.Device)}";
            var hasAccelerator = devices.Devices.Exists(static device => !device.Device.IsCpu);
            NoDevice(logger, model.Id, string.Join(", ", names), hasAccelerator
                ? $"Its class cannot move to an accelerator. Implement ISharedModel, or set {key} to Auto or Cpu."
                : $"Set {key} to Auto or Cpu, or register a device provider and check that the accelerator's driver is installed.");
        }
    }

    public static void Log(ILogger logger, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
            Setting(logger, warning);
    }

    [LoggerMessage(31, LogLevel.Warning, "{Warning}", EventName = "SettingWarning")]
    private static partial void Setting(ILogger logger, string warning);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "Model '{model}' requires an accelerator that it can use, but this machine has only {Devices}. "
        + "All requests for it will fail. {Remedy}",
        EventName = "NoDevice")]
    private static partial void NoDevice(ILogger logger, string model, string devices, string remedy);
}
