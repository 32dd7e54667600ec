using SharedModels.Scheduling.Placement;
using SharedModels.Configuration;
using SharedModels.Scheduling;

namespace SharedModels.Devices;

/// <summary>Combines the devices of the providers with the options for these devices.</summary>
internal sealed class DeviceCatalog
{
    private readonly Dictionary<ScheduledDevice, (IDeviceProvider Provider, DeviceInfo Info)> _origins = [];
    private readonly List<IDeviceProvider> _providers;
    private readonly Dictionary<ScheduledDevice, long> _available = [];
    private SharedModelsOptions _options;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A budget is larger than its device.</exception>
    public DeviceCatalog(IEnumerable<IDeviceProvider> providers, SharedModelsOptions options)
    {
        _options = options;
        _providers = [.. providers];
        var found = _providers
            .SelectMany(static provider => provider.GetDevices().Select(info => (provider, info)))
            .Where(static pair => !pair.info.Device.IsCpu);
        var cpu = new CpuDeviceProvider();
        foreach (var (provider, info) in found
            .DistinctBy(static pair => pair.info.Device)
            .Concat(cpu.GetDevices().Select(info => ((IDeviceProvider)cpu, info))))
        {
            var device = new ScheduledDevice(info.Device, info.MemoryBytes, maxConcurrentHolders: 1, options.Leasing.MaxQueueLength);
            Devices.Add(device);
            _origins.Add(device, (provider, info));
            Configure(device, options);
        }

        ThrowIfOverBudget(options);
    }

    /// <summary>All devices of the machine. The CPU is the last one.</summary>
    public List<ScheduledDevice> Devices { get; } = [];

    public ScheduledDevice Cpu => Devices[^1];

    /// <summary>The providers' information about the devices.</summary>
    public IEnumerable<DeviceInfo> Infos => _origins.Values.Select(static origin => origin.Info);

    /// <summary>Returns the devices that a model can run on. A class that cannot move runs on the CPU.</summary>
    public IReadOnlyList<ScheduledDevice> CandidatesFor(bool canMove, DevicePreference preference)
    {
        var accelerators = Devices.Where(static device => !device.Device.IsCpu).ToList();
        var wantsCpu = preference == DevicePreference.Cpu || (preference == DevicePreference.Auto && accelerators.Count == 0);
        if (canMove)
            return wantsCpu ? [Cpu] : accelerators;
        return preference == DevicePreference.Accelerator ? [] : [Cpu];
    }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A budget is larger than its device.</exception>
    public void ThrowIfOverBudget(SharedModelsOptions options)
    {
        var errors = MemoryBudgetCheck.Errors(Infos, options).ToList();
        if (errors.Count > 0)
            throw new SettingsException(errors);
    }

    /// <summary>Applies changed options.</summary>
    public void Configure(SharedModelsOptions options)
    {
        _options = options;
        foreach (var device in Devices)
            Configure(device, options);
    }

    /// <summary>Sets the memory that other processes currently leave to models.</summary>
    /// <returns>True if the device's budget follows this value.</returns>
    public bool SetAvailableMemory(ScheduledDevice device, long bytes)
    {
        _available[device] = bytes;
        Configure(device, _options);
        return device.Memory.IsAuto;
    }

    public DeviceFailure Classify(ScheduledDevice device, Exception exception)
    {
        try
        {
            return _origins[device].Provider.Classify(device.Device, exception);
        }
#pragma warning disable CA1031 // A provider that throws is treated as one that knows nothing about the device.
        catch (Exception)
#pragma warning restore CA1031
        {
            return DeviceFailure.None;
        }
    }

    public ValueTask ProbeAsync(ScheduledDevice device, CancellationToken cancellationToken) =>
        _origins[device].Provider.ProbeAsync(device.Device, cancellationToken);

    /// <summary>Subscribes to the providers' events.</summary>
    public void Subscribe(EventHandler<DeviceLostEventArgs> onLost, EventHandler<DeviceMemoryEventArgs> onMemoryChanged)
    {
        foreach (var provider in _providers)
        {
            provider.DeviceLost += onLost;
            provider.MemoryChanged += onMemoryChanged;
        }
    }

    /// <summary>Unsubscribes from the events of all providers, even if one throws.</summary>
    public void Unsubscribe(EventHandler<DeviceLostEventArgs> onLost, EventHandler<DeviceMemoryEventArgs> onMemoryChanged)
    {
        foreach (var provider in _providers)
        {
            try
            {
                provider.DeviceLost -= onLost;
                provider.MemoryChanged -= onMemoryChanged;
            }
#pragma warning disable CA1031 // A provider that was disposed before the manager may throw. It raises no events any more.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    private void Configure(ScheduledDevice device, SharedModelsOptions options)
    {
        var info = _origins[device].Info;
        var settings = options.Devices.FirstOrDefault(pair => Device.Parse(pair.Key) == info.Device).Value ?? new();
        var budget = settings.IsAuto
            ? Math.Clamp(_available.GetValueOrDefault(device, info.MemoryBytes), 0, Math.Max(info.MemoryBytes, info.TotalBytes))
            : BudgetOf(info, settings);
        long? largest = settings.IsAuto ? Math.Max(budget, info.MaxMemoryBytes ?? info.MemoryBytes) : null;
        var holders = settings.MaxConcurrentHolders ?? (info.Device.IsCpu ? Environment.ProcessorCount : 1);
        device.Configure(budget, holders, options.Leasing.MaxQueueLength, largest);
    }

    private static long BudgetOf(DeviceInfo info, DeviceOptions settings)
    {
        if (MemorySize.TryParse(settings.MemoryBudget ?? "", info.MemoryBytes, out var budget))
            return budget;

        // The application itself, its buffers and the garbage collector's reserve also need host memory.
        return info.Device.IsCpu ? info.MemoryBytes / 4 * 3 : info.MemoryBytes;
    }
}
