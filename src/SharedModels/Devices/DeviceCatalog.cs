using SharedModels.Configuration;
using SharedModels.Scheduling;

namespace SharedModels.Devices;

/// <summary>Brings together the devices that providers list and what the options say of them.</summary>
internal static class DeviceCatalog
{
    /// <summary>All devices of the machine, the CPU last.</summary>
    public static List<ScheduledDevice> Create(IEnumerable<IDeviceProvider> providers, SharedModelsOptions options)
    {
        var byDevice = options.Devices.ToDictionary(static pair => Device.Parse(pair.Key), static pair => pair.Value);
        return
        [
            .. providers
                .SelectMany(static provider => provider.GetDevices())
                .Where(static info => !info.Device.IsCpu)
                .DistinctBy(static info => info.Device)
                .Concat(new CpuDeviceProvider().GetDevices())
                .Select(info => Create(info, byDevice.GetValueOrDefault(info.Device) ?? new(), options.Leasing.MaxQueueLength)),
        ];
    }

    /// <summary>The devices that a model may run on; a class without a way to move runs on the CPU.</summary>
    public static IReadOnlyList<ScheduledDevice> CandidatesFor(Type type, DevicePreference preference, IReadOnlyList<ScheduledDevice> devices)
    {
        var accelerators = devices.Where(static device => !device.Device.IsCpu).ToList();
        var wantsCpu = preference == DevicePreference.Cpu || (preference == DevicePreference.Auto && accelerators.Count == 0);
        if (type.IsAssignableTo(typeof(ISharedModel)))
            return wantsCpu ? [devices[^1]] : accelerators;
        return preference == DevicePreference.Accelerator ? [] : [devices[^1]];
    }

    private static ScheduledDevice Create(DeviceInfo info, DeviceOptions options, int maxQueueLength)
    {
        var isLimited = MemorySize.TryParse(options.MemoryBudget ?? "", info.MemoryBytes, out var budget);
        var holders = options.MaxConcurrentHolders ?? (info.Device.IsCpu ? Environment.ProcessorCount : 1);
        return new ScheduledDevice(info.Device, isLimited ? budget : info.MemoryBytes, holders, maxQueueLength);
    }
}
