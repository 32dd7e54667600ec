using SharedModels.Configuration;

namespace SharedModels.Devices;

/// <summary>Compares configured budgets with the memory of the devices.</summary>
/// <remarks>
/// A size above the total memory of an accelerator is always an error, because models copy their parameters there and nothing pages them. A
/// size between the available and the total memory is only a warning, because other processes can free memory later. On the CPU, any size
/// is only a warning, because the operating system can page its memory.
/// </remarks>
internal static class MemoryBudgetCheck
{
    public static IEnumerable<string> Errors(IEnumerable<DeviceInfo> devices, SharedModelsOptions options) => Sizes(devices, options)
        .Where(IsImpossible)
        .Select(static size => $"{size.Setting}, but {size.Device.Device} has {MemorySize.Format(size.Device.TotalBytes)} of memory. "
            + "The value must be at most that size, or a share such as 80%.");

    public static IEnumerable<string> Warnings(IEnumerable<DeviceInfo> devices, SharedModelsOptions options) =>
        Sizes(devices, options)
            .Where(static size => size.Bytes > size.Device.MemoryBytes && !IsImpossible(size))
            .Select(static size => $"{size.Setting}, but {size.Device.Device} has only "
                + $"{MemorySize.Format(size.Device.MemoryBytes)} of memory for models. Loads and moves may run out of memory.")
            .Concat(Settings(devices, options)
                .Where(static pair => pair.Options.IsAuto && !pair.Device.Device.IsCpu && pair.Device.MaxMemoryBytes is null)
                .Select(static pair => $"{pair.Setting}, but the memory that other processes use on {pair.Device.Device} is unknown. "
                    + $"The budget stays at {MemorySize.Format(pair.Device.MemoryBytes)}."));

    private static bool IsImpossible((string Setting, DeviceInfo Device, long Bytes) size) =>
        size.Device.TotalBytes > 0 && size.Bytes > size.Device.TotalBytes;

    private static IEnumerable<(string Setting, DeviceInfo Device, long Bytes)> Sizes(
        IEnumerable<DeviceInfo> devices, SharedModelsOptions options)
    {
        foreach (var (setting, device, settings) in Settings(devices, options))
        {
            if (MemorySize.TryParse(settings.MemoryBudget!, device.MemoryBytes, out var bytes))
                yield return (setting, device, bytes);
        }
    }

    private static IEnumerable<(string Setting, DeviceInfo Device, DeviceOptions Options)> Settings(
        IEnumerable<DeviceInfo> devices, SharedModelsOptions options)
    {
        foreach (var device in devices)
        {
            var (name, settings) = options.Devices
                .FirstOrDefault(pair => Device.TryParse(pair.Key, out var named) && named == device.Device);
            if (settings?.MemoryBudget is { } budget)
                yield return ($"{options.Report.Section}:Devices:{name}:MemoryBudget is '{budget}'", device, settings);
        }
    }
}
