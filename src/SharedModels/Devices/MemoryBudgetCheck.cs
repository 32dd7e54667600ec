using SharedModels.Configuration;

namespace SharedModels.Devices;

/// <summary>Compares configured budgets with the memory of the devices.</summary>
/// <remarks>
/// A size above the device's total memory can never be right, because models copy their parameters to the device and do not page them. A
/// size between the available and the total memory is only a warning, because other processes can free memory later.
/// </remarks>
internal static class MemoryBudgetCheck
{
    public static IEnumerable<string> Errors(IEnumerable<DeviceInfo> devices, SharedModelsOptions options) => Sizes(devices, options)
        .Where(static size => size.Device.TotalBytes > 0 && size.Bytes > size.Device.TotalBytes)
        .Select(static size => $"{size.Setting}, but {size.Device.Device} has {MemorySize.Format(size.Device.TotalBytes)} of memory. "
            + "The value must be at most that size, or a share such as 80%.");

    public static IEnumerable<string> Warnings(IEnumerable<DeviceInfo> devices, SharedModelsOptions options) => Sizes(devices, options)
        .Where(static size => size.Bytes > size.Device.MemoryBytes && size.Bytes <= size.Device.TotalBytes)
        .Select(static size => $"{size.Setting}, but only {MemorySize.Format(size.Device.MemoryBytes)} "
            + $"of the {MemorySize.Format(size.Device.TotalBytes)} of {size.Device.Device} are available to models. "
            + "Loads and moves may run out of memory.");

    private static IEnumerable<(string Setting, DeviceInfo Device, long Bytes)> Sizes(
        IEnumerable<DeviceInfo> devices, SharedModelsOptions options)
    {
        foreach (var device in devices)
        {
            var (name, settings) = options.Devices
                .FirstOrDefault(pair => Device.TryParse(pair.Key, out var named) && named == device.Device);
            if (settings?.MemoryBudget is { } budget && MemorySize.TryParse(budget, device.MemoryBytes, out var bytes))
                yield return ($"{options.Report.Section}:Devices:{name}:MemoryBudget is '{budget}'", device, bytes);
        }
    }
}
